import { once } from 'node:events';
import { createServer } from 'node:https';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createAuthority } from './certificates';

/** A key that a cluster signs service-account tokens with. */
export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  /** The public half, as published. */
  jwk: JWK & { kid: string };
}

export async function signingKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** The pod that a token is for. */
export interface TokenWish {
  namespace?: string;
  serviceAccount?: string;
  pod?: string;
  uid?: string;
  /** Claims that stand in place of the usual ones; undefined: left out. */
  claims?: Record<string, unknown>;
  header?: Record<string, string>;
}

/** A projected service-account token with the claims that a Kubernetes API server puts into it; `now` is in milliseconds since 1970. */
export async function podToken(key: SigningKey, now: number, wish: TokenWish = {}): Promise<string> {
  const { namespace = 'agents', serviceAccount = 'agent-python', pod = 'python-0', uid = 'uid-1', claims = {} } = wish;
  const seconds = Math.floor(now / 1_000);
  return new SignJWT({
    aud: ['agent-factory'],
    exp: seconds + 600,
    iat: seconds,
    iss: 'https://cluster.example',
    jti: 'id',
    'kubernetes.io': {
      namespace,
      node: { name: 'node-1', uid: 'node-uid' },
      pod: { name: pod, uid },
      serviceaccount: { name: serviceAccount, uid: 'account-uid' },
    },
    nbf: seconds,
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
    ...claims,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...wish.header })
    .sign(key.privateKey);
}

/** A server that publishes keys as a cluster's issuer does. */
export interface KeyServer {
  uri: string;
  /** Authority of its certificate. */
  ca: string;
  /** How often keys were asked for. */
  readonly asked: number;
  /** What it answers from now on: keys, text, a status, or nothing at all. */
  answer: { keys: JWK[] } | { text: string } | { status: number } | 'nothing';
  stop(): Promise<void>;
}

export async function startKeyServer(answer: KeyServer['answer']): Promise<KeyServer> {
  const authority = createAuthority('key server');
  let asked = 0;
  const server = createServer(authority.issue({ name: 'keys', hosts: ['127.0.0.1'] }), (_request, response) => {
    asked += 1;
    const { answer: now } = state;
    if (now === 'nothing') return;
    if ('status' in now) response.writeHead(now.status).end();
    else response.end('text' in now ? now.text : JSON.stringify({ keys: now.keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const state: KeyServer = {
    uri: `https://127.0.0.1:${port}/openid/v1/jwks`,
    ca: authority.cert,
    get asked() {
      return asked;
    },
    answer,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return state;
}

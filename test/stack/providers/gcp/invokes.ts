import { createPublicKey } from 'node:crypto';
import type { InvokeResult } from '../shared/provider';
import { RefusedError } from '../shared/provider';
import { checkShape } from '../shared/schema/check';
import type { TypeSchema } from '../shared/schema/model';
import { type Marked, type ValueObject } from '../shared/values';
import { text } from './checks';
import { filled } from './outputs';
import { zonesOf } from './places';
import { idOf } from './references';
import type { Scope } from './rules';

type Answer = (args: ValueObject, scope: Scope) => ValueObject;

const ANSWERS: Readonly<Record<string, Answer>> = {
  'gcp:organizations/getProject:getProject': (args, scope) => {
    const project = text(args, 'projectId') ?? scope.project({});
    return {
      id: `projects/${project}`,
      projectId: project,
      name: project,
      number: scope.numberOf(project),
      autoCreateNetwork: true,
    };
  },
  'gcp:organizations/getClientConfig:getClientConfig': (_, scope) => {
    const project = scope.project({});
    const region = optional(() => scope.region({}));
    return {
      id: `projects/"${project}"/regions/"${region}"/zones/""/labels/<nil>`,
      project,
      region,
      zone: optional(() => scope.zone({})),
      accessToken: `ya29.${scope.numberOf(project)}`,
    };
  },
  'gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo': () => ({
    id: 'operator@example.com',
    email: 'operator@example.com',
  }),
  'gcp:compute/getZones:getZones': (args, scope) => {
    const project = text(args, 'project') ?? scope.project({});
    const region = text(args, 'region') ?? scope.region({});
    return { id: `projects/${project}/regions/${region}`, project, region, names: zonesOf(region) };
  },
  'gcp:container/getEngineVersions:getEngineVersions': (args, scope) => {
    const versions = ['1.37.1-gke.1085000', '1.37.0-gke.3100000', '1.36.4-gke.1247000', '1.35.5-gke.1012000'];
    const prefix = text(args, 'versionPrefix') ?? '';
    const valid = versions.filter((version) => version.startsWith(prefix));
    const [latest = ''] = valid;
    const channels = { RAPID: versions[0] ?? '', REGULAR: versions[1] ?? '', STABLE: versions[2] ?? '' };
    return {
      id: new Date(0).toISOString(),
      project: scope.project(args),
      validMasterVersions: valid,
      validNodeVersions: valid,
      latestMasterVersion: latest,
      latestNodeVersion: latest,
      defaultClusterVersion: channels.REGULAR,
      releaseChannelDefaultVersion: channels,
      releaseChannelLatestVersion: channels,
    };
  },
  'gcp:compute/getNetwork:getNetwork': (args, scope) =>
    stored('gcp:compute/network:Network', text(args, 'name') ?? '', args, scope),
  'gcp:compute/getSubnetwork:getSubnetwork': (args, scope) =>
    stored('gcp:compute/subnetwork:Subnetwork', text(args, 'selfLink') ?? text(args, 'name') ?? '', args, scope),
  'gcp:container/getCluster:getCluster': (args, scope) =>
    stored('gcp:container/cluster:Cluster', text(args, 'name') ?? '', args, scope),
  'gcp:serviceaccount/getAccount:getAccount': (args, scope) => {
    const id = text(args, 'accountId') ?? '';
    const email = id.includes('@') ? id : `${id}@${scope.project(args)}.iam.gserviceaccount.com`;
    return stored(
      'gcp:serviceaccount/account:Account',
      `projects/${scope.project(args)}/serviceAccounts/${email}`,
      args,
      scope,
    );
  },
  'gcp:secretmanager/getSecret:getSecret': (args, scope) =>
    stored('gcp:secretmanager/secret:Secret', text(args, 'secretId') ?? '', args, scope),
  'gcp:kms/getKMSKeyRing:getKMSKeyRing': (args, scope) =>
    stored('gcp:kms/keyRing:KeyRing', text(args, 'name') ?? '', args, scope),
  'gcp:kms/getKMSCryptoKey:getKMSCryptoKey': (args, scope) =>
    stored(
      'gcp:kms/cryptoKey:CryptoKey',
      `${text(args, 'keyRing') ?? ''}/cryptoKeys/${text(args, 'name') ?? ''}`,
      args,
      scope,
    ),
  'gcp:storage/getProjectServiceAccount:getProjectServiceAccount': (args, scope) => {
    const project = text(args, 'project') ?? scope.project({});
    const emailAddress = `service-${scope.numberOf(project)}@gs-project-accounts.iam.gserviceaccount.com`;
    return { id: emailAddress, project, emailAddress, member: `serviceAccount:${emailAddress}` };
  },
  'gcp:kms/getKMSCryptoKeyVersion:getKMSCryptoKeyVersion': (args) => {
    const key = text(args, 'cryptoKey') ?? '';
    const version = Number(args['version'] ?? 1);
    const algorithm = 'EC_SIGN_P256_SHA256';
    return {
      id: `//cloudkms.googleapis.com/v1/${key}/cryptoKeyVersions/${version}`,
      name: `${key}/cryptoKeyVersions/${version}`,
      version,
      algorithm,
      protectionLevel: 'SOFTWARE',
      state: 'ENABLED',
      publicKeys: [{ algorithm, pem: publicKeyPem }],
    };
  },
};

/** A public key that is one: the base point of P-256. No test signs with it. */
const publicKeyPem = createPublicKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex').toString('base64url'),
    y: Buffer.from('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5', 'hex').toString('base64url'),
  },
})
  .export({ format: 'pem', type: 'spki' })
  .toString();

/** Answers the functions of the provider that programs of this kind call; every other one is refused by name. */
export function createInvoke(scope: () => Scope) {
  return (token: string, args: Marked, schema: TypeSchema | undefined): InvokeResult => {
    const answer = ANSWERS[token];
    if (schema === undefined) throw new RefusedError('INVALID', `the package has no function ${token}`);
    const failures = checkShape(schema, args.value);
    if (failures.length > 0) return { value: {}, failures };
    if (answer === undefined) {
      throw new RefusedError(
        'UNIMPLEMENTED',
        `the stand-in has no answer for ${token}; it answers ${Object.keys(ANSWERS).join(', ')}`,
      );
    }
    const value = answer(args.value, scope());
    const secrets = new Set(token.endsWith(':getClientConfig') ? ['accessToken'] : []);
    return {
      value: filled(schema, text(value, 'id') ?? '', new Date(0).toISOString(), { ...args.value, ...value }),
      secrets,
    };
  };
}

function stored(type: string, reference: string, args: ValueObject, scope: Scope): ValueObject {
  const id = idOf(type, reference, args, scope);
  const thing = scope.store.get(type, id);
  if (thing === undefined)
    throw new RefusedError('NOT_FOUND', `googleapi: Error 404: The resource '${id}' was not found, notFound`);
  return { ...thing.properties, id };
}

function optional(make: () => string): string {
  try {
    return make();
  } catch {
    return '';
  }
}

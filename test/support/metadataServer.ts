import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The metadata server of a machine on Google Cloud: it gives out access tokens, to callers that show that they mean it. */
export interface MetadataServer {
  /** host:port, for GCE_METADATA_HOST. */
  readonly host: string;
  /** The token that it gives from now on; undefined: it does not answer. */
  token: string | undefined;
  /** How many tokens it gave. */
  readonly given: number;
  stop(): Promise<void>;
}

export async function startMetadataServer(token: string): Promise<MetadataServer> {
  let given = 0;
  const server = createServer((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    if (request.headers['metadata-flavor'] !== 'Google') {
      response.writeHead(403).end();
    } else if (!request.url?.includes('/service-accounts/default/token')) {
      response.end('default');
    } else if (state.token !== undefined) {
      given += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: state.token, expires_in: 3_600, token_type: 'Bearer' }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const state: MetadataServer = {
    host: `127.0.0.1:${port}`,
    token,
    get given() {
      return given;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return state;
}

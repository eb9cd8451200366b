import { request } from 'node:https';
import type { Certificate } from './certificates';

export interface HttpsAsked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Certificate that the client shows. */
  client?: Certificate;
  /** Authority that the server's certificate must come from. */
  ca: string;
}

export interface HttpsAnswered {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: unknown;
}

/** One request on a connection of its own; the answer's body is read as JSON. */
export function askHttps(
  url: string,
  { method = 'GET', headers = {}, body, client, ca }: HttpsAsked,
): Promise<HttpsAnswered> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca, agent: false, signal: AbortSignal.timeout(20_000), ...client };
    const asked = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Harness, output, sh } from './harness';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';

const harness = new Harness();
let server: Server;
let other: Server;
let port: number;
let otherPort: number;
let session: ToolSession;
const heard: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];

async function listen(handler: Parameters<typeof createServer>[1]): Promise<[Server, number]> {
  const made = createServer(handler);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return [made, (made.address() as AddressInfo).port]; // a TCP server has an address object
}

beforeAll(async () => {
  [other, otherPort] = await listen((_, response) => response.end('secret'));
  [server, port] = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      const to = new URL(request.url ?? '', 'http://x').searchParams.get('to');
      if (to !== null) response.writeHead(302, { location: to }).end();
      else if (request.url === '/big') response.end('x'.repeat(500_000));
      else if (request.url === '/hang') response.write('begun');
      else response.writeHead(201, { 'x-seen': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end('hello ü');
    });
  });
  ({ session } = await harness.session({ egress: [`127.0.0.1:${port}`, '*.invalid'] }));
});
afterAll(async () => {
  await harness.end();
  server.closeAllConnections();
  await Promise.all([server, other].map((each) => new Promise((resolve) => each.close(resolve))));
});
beforeEach(() => heard.splice(0));

const fetchIt = (url: string, more: Record<string, string | number | Record<string, string>> = {}) =>
  session.call({ tool: 'http_fetch', input: { url, ...more } });

test('a host and port on the list are reached, method, headers and body as given', async () => {
  const answer = output(
    await fetchIt(`http://127.0.0.1:${port}/a?b=c`, { method: 'POST', headers: { 'x-mine': '1' }, body: 'dü' }),
  );
  expect(answer).toMatchObject({
    status: 201,
    body: 'hello ü',
    truncated: false,
    headers: { 'x-seen': 'yes', 'set-cookie': 'a=1, b=2' },
  });
  expect(heard).toEqual([
    expect.objectContaining({
      method: 'POST',
      url: '/a?b=c',
      body: 'dü',
      headers: expect.objectContaining({ 'x-mine': '1', host: `127.0.0.1:${port}` }),
    }),
  ]);
});

test('bytes and time are bounded', async () => {
  const big = output(await fetchIt(`http://127.0.0.1:${port}/big`, { max_bytes: 1_000 }));
  expect(big.truncated).toBe(true);
  expect(big.body).toHaveLength(1_000);
  expect(await fetchIt(`http://127.0.0.1:${port}/hang`, { timeout_ms: 300 })).toMatchObject({
    outcome: 'timeout',
    code: 'TOOL_FAILED',
  });
});

test('another port, another name for the same machine, and what is not on the list are refused', async () => {
  for (const url of [
    `http://127.0.0.1:${otherPort}/`,
    `http://localhost:${port}/`,
    `http://[::1]:${port}/`,
    `http://2130706433:${otherPort}/`,
    'http://169.254.169.254/',
    'https://example.com/',
  ])
    expect(await fetchIt(url)).toMatchObject({ outcome: 'refused', code: 'TOOL_REFUSED' });
  expect(heard).toEqual([]);
});

test('a redirect is followed, and judged anew at each hop', async () => {
  const ok = output(await fetchIt(`http://127.0.0.1:${port}/?to=/end`, { method: 'POST', body: 'x' }));
  expect(ok.status).toBe(201);
  expect(heard.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/?to=/end', 'x'],
    ['GET', '/end', ''],
  ]);
  expect(await fetchIt(`http://127.0.0.1:${port}/?to=http://127.0.0.1:${otherPort}/`)).toMatchObject({
    outcome: 'refused',
  });
  expect(await fetchIt(`http://127.0.0.1:${port}/?to=file:///etc/passwd`)).toMatchObject({ outcome: 'error' });
  expect(await fetchIt(`http://127.0.0.1:${port}/?to=%3Fto%3D%253Fto%253D`.concat('%2525'.repeat(3)))).toMatchObject({
    outcome: 'ok',
  });
  const loop = `http://127.0.0.1:${port}/?to=`;
  expect(await fetchIt(`${loop}${encodeURIComponent('')}`)).toBeDefined();
});

test('a host that does not resolve is a failure, not a refusal', async () => {
  expect(await fetchIt('http://nothing.invalid/')).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
});

test('headers of the connection cannot be set', async () => {
  for (const name of ['Host', 'Transfer-Encoding', 'proxy-authorization', 'Connection'])
    expect(await fetchIt(`http://127.0.0.1:${port}/`, { headers: { [name]: 'x' } })).toMatchObject({
      outcome: 'refused',
    });
  expect(await fetchIt(`http://127.0.0.1:${port}/`, { headers: { 'x-bad': 'a\r\nb: c' } })).toMatchObject({
    outcome: 'error',
  });
  expect(heard).toEqual([]);
});

test('programs reach the same hosts and no others by the variables that they know', async () => {
  const program = `
    const http = require('http'), proxy = new URL(process.env.HTTP_PROXY);
    for (const port of process.argv.slice(1)) http.get({ host: proxy.hostname, port: proxy.port, path: 'http://127.0.0.1:' + port + '/p' }, (r) => { r.resume(); r.on('end', () => console.log(port, r.statusCode)); });`;
  const printed = await sh(session, '/opt/factory/bin/node -e "$1" $2; /opt/factory/bin/node -e "$1" $3', {
    args: [program, String(port), String(otherPort)],
  });
  expect(printed).toBe(`${port} 201\n${otherPort} 403\n`);
  expect(harness.logs.some((line) => line.includes(`egress refused: 127.0.0.1:${otherPort}`))).toBe(true);
});

test('a session that may reach nothing says so', async () => {
  const { session: closed } = await harness.session();
  expect(await closed.call({ tool: 'http_fetch', input: { url: `http://127.0.0.1:${port}/` } })).toMatchObject({
    outcome: 'refused',
    code: 'TOOL_REFUSED',
  });
  expect(await sh(closed, 'env | grep -ci proxy')).toBe('0\n');
});

import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHttpMcpServer } from '../../support/mcpServer';
import { mcpConfigSchema } from '../../../agent-runtime/src/tools/mcp/config';
import { Harness, bundle, output, processesWith } from './harness';

const harness = new Harness();
let script: string;
beforeAll(async () => {
  script = await bundle('test/support/mcpServer.ts', join(await harness.folder(), 'server.cjs'));
});
afterAll(() => harness.end());

const stdio = { command: '/opt/factory/bin/node', args: ['/workspace/server.cjs', '--stdio'], env: { COLOUR: 'red' } };

async function sessionWith(mcpServers: unknown, egress: string[] = []) {
  const { session, workspace } = await harness.session({ mcpServers, egress });
  await copyFile(script, join(workspace, 'server.cjs'));
  return session;
}

test('a stdio server runs inside the confinement and its tools are listed and called', async () => {
  const session = await sessionWith({ local: stdio });
  const { tools, faults } = await session.tools();
  expect(faults).toEqual([]);
  expect(tools.filter(({ name }) => name.startsWith('mcp/')).map(({ name }) => name)).toEqual([
    'mcp/local/echo',
    'mcp/local/environment',
    'mcp/local/fail',
    'mcp/local/hang',
  ]);
  expect(tools.find(({ name }) => name === 'mcp/local/echo')).toMatchObject({
    description: 'Says it again',
    inputSchema: { type: 'object', required: ['word'] },
  });
  expect(output(await session.call({ tool: 'mcp/local/echo', input: { word: 'hi' } }))).toEqual({
    content: [{ type: 'text', text: 'heard hi' }],
  });
  expect(output(await session.call({ tool: 'mcp/local/environment', input: {} }))).toEqual({
    content: [{ type: 'text', text: 'COLOUR FACTORY_CALL HOME LANG PATH TMPDIR' }],
  });
  await session.stop();
});

test('its failures, its silence and its unknown tools are told apart', async () => {
  const session = await sessionWith({ local: { ...stdio, call_timeout_ms: 300 } });
  const call = (tool: string, input = {}) => session.call({ tool: `mcp/local/${tool}`, input });
  expect(await call('fail')).toMatchObject({
    outcome: 'error',
    code: 'TOOL_FAILED',
    message: expect.stringContaining('no luck'),
  });
  expect(await call('hang')).toMatchObject({
    outcome: 'error',
    code: 'TOOL_FAILED',
    message: expect.stringContaining('the MCP server local'),
  });
  expect(await call('none')).toMatchObject({ outcome: 'error', code: 'TOOL_UNKNOWN' });
  expect(await call('echo', { word: 1 })).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
  const cancel = new AbortController();
  const hanging = session.call({ tool: 'mcp/local/hang', input: {}, signal: cancel.signal });
  cancel.abort();
  expect(await hanging).toMatchObject({ outcome: 'cancelled' });
  await session.stop();
});

test('a bad server is named and harms no other; a server that died is started again', async () => {
  const session = await sessionWith({
    missing: { command: 'no-such-program' },
    mute: { command: 'sleep', args: ['1000'], start_timeout_ms: 500 },
    far: { url: 'http://127.0.0.1:9/mcp', start_timeout_ms: 2_000 },
    local: stdio,
  });
  const { tools, faults } = await session.tools();
  expect(faults.map(({ server }) => server)).toEqual(['missing', 'mute', 'far']);
  expect(faults[0]?.message).toMatch(/the MCP server missing: .*ENOENT/);
  expect(tools.filter(({ name }) => name.startsWith('mcp/local/'))).toHaveLength(4);
  expect(await session.call({ tool: 'mcp/missing/x', input: {} })).toMatchObject({
    outcome: 'error',
    code: 'TOOL_FAILED',
  });
  const [pid] = await processesWith('/workspace/server.cjs');
  if (pid === undefined) throw new Error('the server does not run');
  process.kill(pid, 'SIGKILL');
  const deadline = Date.now() + 5_000;
  let last = await session.call({ tool: 'mcp/local/echo', input: { word: 'again' } });
  while (last.outcome !== 'ok' && Date.now() < deadline)
    last = await session.call({ tool: 'mcp/local/echo', input: { word: 'again' } });
  expect(last).toMatchObject({ outcome: 'ok' });
  await session.stop();
  expect(await processesWith('/workspace/server.cjs')).toEqual([]);
});

test('a server over HTTP is reached through the allow-list, and not without it', async () => {
  const server = await startHttpMcpServer();
  try {
    const session = await sessionWith({ web: { url: server.url } }, [`127.0.0.1:${server.port}`]);
    expect(output(await session.call({ tool: 'mcp/web/echo', input: { word: 'web' } }))).toEqual({
      content: [{ type: 'text', text: 'heard web' }],
    });
    await session.stop();
    const closed = await sessionWith({ web: { url: server.url } });
    expect((await closed.tools()).faults).toEqual([
      { server: 'web', message: expect.stringContaining('may reach no host') },
    ]);
    await closed.stop();
  } finally {
    await server.close();
  }
});

test('a configuration is refused with the path of its fault', () => {
  const faults = (value: unknown) => mcpConfigSchema.safeParse(value).error?.issues.map(({ path }) => path.join('.'));
  expect(faults({ servers: { 'Bad Name': { command: 'x' } } })).toEqual(['servers.Bad Name']);
  expect(faults({ servers: { a: { command: 'x', url: 'http://x' } } })).toEqual(['servers.a']);
  expect(faults({ servers: { a: { url: 'ftp://x' } } })).toEqual(['servers.a.url']);
  expect(faults({ server: {} })).toHaveLength(1);
});

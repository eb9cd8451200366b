import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from '@agent-factory/contract';
import { parseConfig, readMcpServers, readType } from '../../agent-runtime/src/config';

const whole = {
  AGENT_ID: 'python-1',
  AGENT_TYPE: 'python',
  FACTORY_URL: 'http://127.0.0.1:7070/',
  FACTORY_GRPC: '127.0.0.1:7071',
  AGENT_TOKEN_FILE: '/run/token',
  WORKSPACE_ROOT: '/var/work',
};

function faults(environment: Record<string, string | undefined>): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.faults.map(({ path, message }) => `${path}: ${message}`);
  }
}

it('takes what it is told, and the defaults of its type', () => {
  expect(parseConfig({ ...whole, PATH: '/bin' })).toMatchObject({
    agentId: 'python-1',
    type: { name: 'python' },
    slots: 1,
    factoryUrl: 'http://127.0.0.1:7070',
    confinement: 'auto',
    logLevel: 'info',
    mcpConfigFile: undefined,
  });
  expect(parseConfig({ ...whole, AGENT_SLOTS: '4', MCP_CONFIG: '' })).toMatchObject({
    slots: 4,
    mcpConfigFile: undefined,
  });
});

it('names every fault at once, each under its variable', () => {
  const found = faults({
    ...whole,
    AGENT_TYPE: 'cobol',
    AGENT_SLOTS: 'many',
    FACTORY_URL: 'ftp://x',
    WORKSPACE_ROOT: 'work',
    TOOL_SOCKET: '/s',
  });
  for (const name of ['AGENT_TYPE', 'AGENT_SLOTS', 'FACTORY_URL', 'WORKSPACE_ROOT', 'TOOL_SOCKET'])
    expect(found.some((fault) => fault.startsWith(`${name}: `))).toBe(true);
  expect(found).toHaveLength(5);
});

it('wants a socket and a folder of its own where another container has the tools', () => {
  const socket = { ...whole, TOOL_CONFINEMENT: 'socket' };
  expect(faults(socket)).toEqual([expect.stringMatching(/^TOOL_SOCKET: /), expect.stringMatching(/^PRIVATE_ROOT: /)]);
  expect(faults({ ...socket, TOOL_SOCKET: '/s', PRIVATE_ROOT: '/p' })).toEqual([]);
  expect(faults({ ...whole, PRIVATE_ROOT: '/p' })).toEqual([expect.stringMatching(/^PRIVATE_ROOT: /)]);
});

it('calls models where the API is, unless it is told another place', () => {
  expect(parseConfig(whole).modelUrl).toBe('http://127.0.0.1:7070');
  expect(parseConfig({ ...whole, MODEL_URL: 'http://models:7070/' }).modelUrl).toBe('http://models:7070');
});

it('keeps what is private beside its workspaces, unless it is told another place', () => {
  expect(parseConfig(whole).privateRoot).toBe('/var/work');
});

describe('the file of the record', () => {
  let file: string;
  beforeEach(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'record-')), 'record.json');
  });
  afterEach(() => rm(join(file, '..'), { recursive: true }));

  it('changes what it names of the type, and nothing else', async () => {
    await writeFile(file, '{"egress": ["pypi.example.com"], "of_a_later_version": 1}');
    const { type } = parseConfig(whole);
    expect(await readType({ type, recordFile: file })).toEqual({ ...type, egress: ['pypi.example.com'] });
    expect(await readType({ type, recordFile: undefined })).toBe(type);
  });

  it('is named when it cannot be used', async () => {
    await writeFile(file, '{"tools": ["fly"]}');
    await expect(readType({ ...parseConfig(whole), recordFile: file })).rejects.toThrow(
      /AGENT_RECORD: .*record\.json: tools/,
    );
  });
});

describe('the file of MCP servers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(text: string): Promise<unknown> {
    const file = join(folder, 'mcp.json');
    await writeFile(file, text);
    return readMcpServers(file);
  }

  it('is optional', async () => {
    expect(await readMcpServers(undefined)).toEqual({});
  });

  it('gives servers by name', async () => {
    expect(await read('{"servers": {"notes": {"command": "notes"}}}')).toMatchObject({
      notes: { command: 'notes', args: [] },
    });
  });

  it.each([
    ['is no JSON', '{', /MCP_CONFIG: .*mcp\.json is not JSON/],
    ['has faults', '{"servers": {"notes": {"command": 1}}}', /MCP_CONFIG: .*mcp\.json: servers\.notes/],
  ])('is named when it %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('is named when it is not there', async () => {
    await expect(readMcpServers(join(folder, 'none.json'))).rejects.toThrow(/none\.json cannot be read \(ENOENT\)/);
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Json, TaskSpecInput } from '@agent-factory/contract';
import { Factory, type AgentProcess } from './factory';

/**
 * An agent's pod without the pod: the agent and its tools as two users of one group, with the folders, variables and order that the manifests
 * give them. Where the tests do not run as root both are the same user, and what only two can show is left out.
 */
const twoUsers = process.getuid?.() === 0;
const group = 1000;
const user = (uid: number) => (twoUsers ? { user: { uid, gid: group } } : {});

const node = resolve('node_modules/.bin/node');
const id = '7f4f8a2e-1111-4222-8333-444455556666';
let factory: Factory;
let agent: AgentProcess;
let tools: ChildProcess;
let ports: { agent: number; tools: number };
const folder = (name: string): string => join(factory.folder, 'pod', name);

beforeAll(async () => {
  factory = await Factory.start();
  await chmod(factory.folder, 0o755);
  for (const name of ['', 'run', 'workspace', 'private', 'scratch']) {
    await mkdir(folder(name));
    if (twoUsers) await chown(folder(name), name === 'private' ? 1000 : 0, group);
    await chmod(folder(name), name === 'private' ? 0o700 : 0o2770);
  }
  if (twoUsers) {
    await chown(join(factory.folder, 'token'), 1000, group);
    await chmod(join(factory.folder, 'token'), 0o400);
  }
  ports = { agent: await freePort(), tools: await freePort() };
  const shared = { TOOL_SOCKET: join(folder('run'), 'tools.sock'), WORKSPACE_ROOT: folder('workspace') };
  tools = spawn(node, [join(factory.folder, 'bundle', 'tools.cjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...shared, TOOL_SCRATCH: folder('scratch'), HEALTH_PORT: String(ports.tools) },
    ...user(1001).user,
  });
  if (tools.stdout !== null) await once(tools.stdout, 'data');
  agent = await factory.agent(id, 'python', {
    ...user(1000),
    env: {
      ...shared,
      PRIVATE_ROOT: folder('private'),
      TOOL_CONFINEMENT: 'socket',
      HEALTH_PORT: String(ports.agent),
      DRAIN_GRACE_MS: '60000',
    },
  });
}, 60_000);

afterAll(async () => {
  await factory.stop();
  if (tools.exitCode === null && tools.signalCode === null) {
    tools.kill('SIGTERM');
    await once(tools, 'exit');
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // listening on TCP
  server.close();
  return port;
}

const health = async (port: number, path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).status;

function shell(script: string, rest: Partial<TaskSpecInput> = {}): TaskSpecInput {
  return { type: 'python', brain: { kind: 'plan', steps: [{ id: 'run', tool: 'shell', input: { script } }] }, ...rest };
}

async function run(spec: TaskSpecInput): Promise<Json> {
  const { task } = await factory.ended((await factory.submit(spec)).id);
  expect(task.result?.error?.message).toBeUndefined();
  return task.result?.output ?? null;
}

async function upload(bytes: string): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const headers = { 'content-type': 'application/octet-stream' };
  await factory.fetch(`/v1/artifacts/${digest}`, { method: 'PUT', headers, body: bytes });
  return digest;
}

it('is ready once it is registered', async () => {
  expect(await health(ports.agent, '/readyz')).toBe(200);
  expect(await health(ports.tools, '/healthz')).toBe(200);
});

it('lets tools change the inputs that the agent laid, and lay more beside what tools unpacked', async () => {
  const [one, two] = [await upload('one\n'), await upload('two\n')];
  const inputs = [
    { artifact: one, path: 'data/deep/one.txt' },
    { artifact: two, path: 'data/two.txt' },
  ];
  const spec = shell('echo more >> data/deep/one.txt && mkdir data/deep/made && cat data/deep/one.txt data/two.txt', {
    inputs,
  });
  expect(await run(spec)).toMatchObject({ exit_code: 0, stdout: 'one\nmore\ntwo\n' });
});

it('keeps nothing of a task, whatever its programs did to the rights of what they made', async () => {
  const script = [
    'mkdir -p locked/in && touch locked/in/file && chmod 0 locked/in/file locked/in locked',
    `touch ${folder('workspace')}/beside`,
    `touch ${folder('scratch')}/left`,
  ].join(' && ');
  expect(await run(shell(script))).toMatchObject({ exit_code: 0 });
  // The one slot is free again only when all that is done.
  await run(shell('true'));
  expect(await readdir(folder('workspace'))).toEqual([id]);
  const left = await readdir(join(folder('workspace'), id));
  expect(left.length).toBeLessThanOrEqual(1); // the last one may still be going
  expect(await readdir(folder('scratch'))).toEqual([]);
});

it('hides the token, the cache and its environment from the tools', async () => {
  if (!twoUsers) return;
  const token = join(factory.folder, 'token');
  const script = `cat ${token}; ls ${folder('private')}; tr '\\0' '\\n' < /proc/${agent.child.pid}/environ; env | sort`;
  const { stdout, stderr } = (await run(shell(script))) as { stdout: string; stderr: string }; // what the tool shell answers
  expect(stderr.match(/Permission denied/g)).toHaveLength(3);
  const names = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('=', 1)[0] ?? '');
  // The way out that the agent opens for python, what every program gets, and what the shell adds.
  const known = /^(https?_proxy|no_proxy|FACTORY_CALL|HOME|LANG|PATH|TMPDIR|OLDPWD|PWD|SHLVL|_)$/i;
  expect(names.filter((name) => !known.test(name))).toEqual([]);
});

it('finishes the task that it holds when it is to go, and says that it takes no more', async () => {
  const marker = join(folder('scratch'), 'go-on');
  const { id: task } = await factory.submit(
    shell(`echo begun; until test -e ${marker}; do sleep 0.05; done; echo done`),
  );
  await factory.eventsUntil(task, ({ kind, message }) => kind === 'log' && message?.includes('begun') === true);
  agent.child.kill('SIGTERM');
  await until(async () => (await health(ports.agent, '/readyz')) === 503);
  const goOn = spawn('touch', [marker], twoUsers ? { uid: 1001, gid: group } : {});
  await once(goOn, 'exit');
  expect((await factory.ended(task)).task).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect([await readdir(folder('workspace')), await readdir(folder('private'))]).toEqual([[], ['.cache']]);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) if (await holds()) return;
  throw new Error('it never came to hold');
}

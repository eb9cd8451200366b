import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeStale } from '../../../agent-runtime/src/tools/client/sessionFolder';
import { bundle, Harness, output, processesWith } from './harness';

const harness = new Harness();
afterAll(() => harness.end());

test.each(['bubblewrap', 'none'])(
  'an agent that is killed takes its tools with it, with confinement %s',
  async (kind) => {
    await harness.confinement(); // says how to get bubblewrap where it is missing
    const driver = await bundle('test/agent-runtime/tools/agentDriver.ts', join(await harness.folder(), 'driver.cjs'));
    const seconds = `4000${process.pid}${kind.length}`;
    const script = await harness.script();
    const agent = spawn(process.execPath, [driver, kind, await harness.folder(), script, seconds], {
      env: { ...process.env, TMPDIR: await harness.folder() }, // what it leaves goes with the test
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(agent.stdout, 'data');
    expect((await processesWith(seconds)).length).toBeGreaterThan(1);
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    const deadline = Date.now() + 10_000;
    let left = await processesWith(seconds);
    while (left.length > 0 && Date.now() < deadline) left = await processesWith(seconds);
    expect(left).toEqual([]);
  },
);

test('inspect examines a checkout from inside the confinement', async () => {
  const { session } = await harness.session();
  output(
    await session.call({
      tool: 'shell',
      input: {
        script:
          'git init -q repo && cd repo && echo "# hi" > README.md && git add . && git -c user.name=a -c user.email=a@b commit -qm one',
      },
    }),
  );
  const section = output(await session.call({ tool: 'inspect', input: { aspect: 'overview' } }));
  expect(section).toMatchObject({ aspect: 'overview', findings: expect.any(Array) });
  expect(await session.call({ tool: 'inspect', input: { aspect: 'overview', path: '..' } })).toMatchObject({
    outcome: 'refused',
  });
  expect(await session.call({ tool: 'inspect', input: { aspect: 'dance' } })).toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('folders that dead agents left are removed, and no others', async () => {
  const parent = await harness.folder();
  const gone = spawn('true');
  await once(gone, 'exit');
  const folders = [`af-${gone.pid}-abcdef`, `af-${process.pid}-abcdef`, 'af-other', 'mine'];
  for (const name of folders) await mkdir(join(parent, name));
  await removeStale(parent);
  expect((await readdir(parent)).toSorted()).toEqual(folders.toSorted());
  await removeStale(parent, Date.now() + 3_700_000);
  expect((await readdir(parent)).toSorted()).toEqual(folders.slice(1).toSorted());
});

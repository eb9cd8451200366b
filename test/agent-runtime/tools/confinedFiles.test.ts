import type { Confinement } from '../../../agent-runtime/src/confinement/confinement';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';
import { Harness, output, sh } from './harness';

/** The files that a tool writes where the sandbox has memory for a disk. */
const harness = new Harness();
afterAll(() => harness.end());

/** A session as bubblewrap before 0.7 makes it: nothing bounds its folders. */
async function unbounded(memoryBytes: number): Promise<ToolSession> {
  const found = await harness.confinement();
  const confinement: Confinement = found.kind === 'bubblewrap' ? { ...found, tmpfsSize: false } : found;
  return (await harness.session({ confinement, memoryBytes })).session;
}

/** A session whose folders are bounded; undefined where bubblewrap cannot do that. */
async function bounded(memoryBytes?: number): Promise<ToolSession | undefined> {
  const confinement = await harness.confinement();
  if (confinement.kind !== 'bubblewrap' || !confinement.tmpfsSize) return undefined;
  return (await harness.session(memoryBytes === undefined ? {} : { memoryBytes })).session;
}

const fill = (file: string, mebibytes: number): string => `dd if=/dev/zero of=${file} bs=1M count=${mebibytes} 2>&1`;

test.each([
  ['/tmp', fill('/tmp/fill', 200)],
  ['/dev/shm', fill('/dev/shm/fill', 200)],
  ['both', `${fill('/tmp/fill', 60)}; ${fill('/dev/shm/fill', 60)}`],
  ['/tmp, each of them empty,', 'mkdir /tmp/many; cd /tmp/many; perl -e \'open my $f, ">", $_ for 1 .. 200000\''],
])(
  'files in %s are part of the memory of the session',
  async (_where, script) => {
    const session = await unbounded(100_000_000);
    const outcome = await session.call({ tool: 'shell', input: { script: `${script}; sleep 30`, timeout_ms: 20_000 } });
    expect(outcome).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
    expect(outcome.outcome === 'ok' ? '' : outcome.message).toMatch(/more than 95 MiB of memory, files in \/tmp/);
  },
  60_000,
);

test('a program that left too much there does not keep the next ones from running', async () => {
  const session = await unbounded(100_000_000);
  await session.call({ tool: 'shell', input: { script: `${fill('/tmp/fill', 200)}; sleep 30`, timeout_ms: 20_000 } });
  const used = 'df --output=used -B 1M /tmp | tail -n 1';
  for (;;) {
    // While the files are removed it may be killed for them, too.
    const outcome = await session.call({ tool: 'shell', input: { script: used, timeout_ms: 20_000 } });
    if (outcome.outcome === 'ok' && Number(output(outcome)['stdout']) === 0) break;
  }
  expect(await sh(session, 'ls /tmp; echo runs')).toBe('runs\n');
}, 60_000);

test('a file in memory that many programs map counts once', async () => {
  const session = await unbounded(350_000_000);
  const mmap = process.arch === 'arm64' ? 222 : 9;
  const [readOnly, sharedPopulated] = [1, 0x8001];
  const reader = [
    'open my $f, "<", "/dev/shm/shared" or die; $| = 1',
    `syscall(${mmap}, 0, 150 * 1048576, ${readOnly}, ${sharedPopulated}, fileno($f) + 0, 0) > 0 or die; print "1"`,
    'sleep 20',
  ].join('; ');
  // Ends a second after all have mapped it: that is as long as a few looks of the watch.
  const program = [
    'const { spawn } = require("node:child_process");',
    'let ready = 0;',
    'const done = () => { console.log("shared by", ready); process.exit(); };',
    'for (let n = 0; n < 3; n += 1)',
    '  spawn("perl", ["-e", process.argv[1]]).stdout.once("data", () => { if (++ready === 3) setTimeout(done, 1000); });',
  ].join('\n');
  const out = await sh(session, `${fill('/dev/shm/shared', 150)}; exec /opt/factory/bin/node -e "$1" "$2"`, {
    args: [program, reader],
  });
  expect(out).toMatch(/shared by 3/);
}, 60_000);

test('where bubblewrap can bound them, neither holds more than its part of the limit', async () => {
  const session = await bounded(200_000_000);
  if (session === undefined) return;
  const script = ['/tmp/fill', '/dev/shm/fill'].map((file) => `${fill(file, 150)}; stat -c %s ${file}; rm ${file}`);
  const filled = await sh(session, script.join('; '));
  expect(filled.match(/No space left on device/g)).toHaveLength(2);
  expect(filled.match(/^\d+$/gm)?.map((size) => Math.round(Number(size) / 1e6))).toEqual([100, 50]);
}, 60_000);

test('by default /dev/shm holds at most 256 MiB', async () => {
  const session = await bounded();
  if (session === undefined) return;
  const filled = await sh(session, `${fill('/dev/shm/fill', 400)}; stat -c %s /dev/shm/fill; rm /dev/shm/fill`);
  expect(filled).toMatch(/No space left on device/);
  expect(filled).toMatch(/^268435456$/m);
}, 60_000);

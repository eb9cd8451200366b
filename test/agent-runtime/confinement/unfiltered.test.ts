import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeConfinement } from '../../../agent-runtime/src/confinement/describe';
import { probeBubblewrap } from '../../../agent-runtime/src/confinement/detect';
import { planLaunch } from '../../../agent-runtime/src/confinement/launch';
import { requireBubblewrap } from '../tools/harness';

let folder: string;
beforeEach(async () => (folder = await realpath(await mkdtemp(join(tmpdir(), 'unfiltered-')))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Numbers of prctl and seccomp by architecture. */
const calls: Record<string, { prctl: number; seccomp: number }> = {
  x64: { prctl: 157, seccomp: 317 },
  arm64: { prctl: 167, seccomp: 277 },
};

/** A filter under which the kernel takes no further filter, as one without seccomp: prctl(PR_SET_SECCOMP) is EINVAL, seccomp() is ENOSYS. */
function noFurtherFilter(): Buffer {
  const { prctl, seccomp } = calls[process.arch] ?? { prctl: -1, seccomp: -1 };
  const program: [code: number, yes: number, no: number, value: number][] = [
    [0x20, 0, 0, 0], // the call
    [0x15, 4, 0, seccomp],
    [0x15, 0, 2, prctl],
    [0x20, 0, 0, 16], // its first argument
    [0x15, 2, 0, 22], // PR_SET_SECCOMP
    [0x06, 0, 0, 0x7fff0000], // allow
    [0x06, 0, 0, 0x00050000 | 38], // ENOSYS
    [0x06, 0, 0, 0x00050000 | 22], // EINVAL
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, yes, no, value], at) => {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(yes, at * 8 + 2);
    bytes.writeUInt8(no, at * 8 + 3);
    bytes.writeUInt32LE(value, at * 8 + 4);
  });
  return bytes;
}

/** A folder with the real bwrap of this machine, on what it takes for a kernel without seccomp. */
async function machineWithoutSeccomp(): Promise<string> {
  const found = await requireBubblewrap();
  if (found.kind !== 'bubblewrap') throw new Error('no bubblewrap');
  const filter = join(folder, 'filter');
  await writeFile(filter, noFurtherFilter());
  const script = `#!/bin/sh\nexec ${found.program} --dev-bind / / --seccomp 9 ${found.program} "$@" 9<${filter}\n`;
  await writeFile(join(folder, 'bwrap'), script);
  await chmod(join(folder, 'bwrap'), 0o755);
  return folder;
}

test('on this machine the filter is tried and taken', async () => {
  expect(await requireBubblewrap()).toMatchObject({ unfiltered: undefined });
});

test('a kernel without seccomp is found by the probe, bubblewrap is used without the filter, and that is said', async () => {
  const found = await probeBubblewrap(await machineWithoutSeccomp());
  expect(found).toMatchObject({ kind: 'bubblewrap', unfiltered: expect.stringMatching(/seccomp/i) });
  if (found.kind !== 'bubblewrap') return;
  const report = await describeConfinement(found);
  expect(report.kind).toBe('bubblewrap');
  expect(report.weaker).toMatch(
    /^System calls are not filtered \(bwrap: .*seccomp.*\): bubblewrap is used without that/i,
  );

  const where = { node: process.execPath, script: __filename, workspace: folder, base: folder };
  const request = { ...where, session: 's', memoryBytes: 2 ** 30 };
  const launch = await planLaunch(found, request);
  expect(launch.seccomp).toBeUndefined();
  expect(launch.args).not.toContain('--seccomp');
  expect((await planLaunch({ ...found, unfiltered: undefined }, request)).args).toContain('--seccomp');
});

test('an architecture that no filter is known for is named, and nothing else is asked of bubblewrap', async () => {
  await requireBubblewrap();
  const found = await probeBubblewrap(process.env.PATH ?? '', 'riscv64');
  expect(found).toMatchObject({ kind: 'bubblewrap', unfiltered: 'there is no filter for the architecture riscv64' });
});

test('where bubblewrap works neither with nor without the filter, it is missing, and why is what it said without', async () => {
  const script =
    '#!/bin/sh\n[ "$1" = --help ] && exit 0\ncase "$*" in *--seccomp*) echo one >&2;; *) echo two >&2;; esac\nexit 1\n';
  await writeFile(join(folder, 'bwrap'), script);
  await chmod(join(folder, 'bwrap'), 0o755);
  expect(await probeBubblewrap(folder)).toEqual({
    kind: 'missing',
    reason: 'bubblewrap is installed but does not work here: two',
  });
});

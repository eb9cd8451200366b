import { assert, nat, property } from 'fast-check';
import { seccompFilter } from '../../../agent-runtime/src/confinement/seccomp';

const allow = 0x7fff0000;
const eperm = 0x00050001;
const noFamily = 0x00050061;

/** Runs a filter as the kernel would, for the four instructions that it may hold. */
function answer(filter: Buffer, architecture: number, call: number, firstArgument = 0): number {
  const data = new Map([
    [0, call],
    [4, architecture],
    [16, firstArgument],
  ]);
  let held = 0;
  for (let at = 0; at < filter.length / 8; at += 1) {
    const [code, yes, no] = [filter.readUInt16LE(at * 8), filter[at * 8 + 2] ?? 0, filter[at * 8 + 3] ?? 0];
    const value = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) held = data.get(value) ?? Number.NaN;
    else if (code === 0x15) at += held === value ? yes : no;
    else if (code === 0x35) at += held >= value ? yes : no;
    else throw new Error(`instruction ${code}`);
  }
  throw new Error('the filter has no end');
}

describe.each([
  { name: 'x64', audit: 0xc000003e, keys: [248, 249, 250], sockets: [41, 53], others: [246, 298, 320, 321, 323] },
  { name: 'arm64', audit: 0xc00000b7, keys: [217, 218, 219], sockets: [198, 199], others: [104, 241, 280, 282, 294] },
])('the filter of $name', ({ name, audit, keys, sockets, others }) => {
  const filter = seccompFilter(name) ?? Buffer.alloc(0);
  const denied = [...keys, ...others, 425, 426, 427];

  test('refuses keyrings, bpf, perf, userfaultfd, io_uring and kexec', () => {
    for (const call of denied) expect([call, answer(filter, audit, call)]).toEqual([call, eperm]);
  });

  test('allows every other call of its own architecture, and no call of another', () => {
    const free = nat(1_000).filter((call) => !denied.includes(call) && !sockets.includes(call));
    assert(property(free, nat(), (call, argument) => answer(filter, audit, call, argument) === allow));
    const other = nat({ max: 0xffffffff }).filter((value) => value !== audit);
    assert(property(other, nat(1_000), (value, call) => answer(filter, value, call) === eperm));
  });

  test('opens sockets of four families only', () => {
    for (const call of sockets)
      for (let family = 0; family < 64; family += 1)
        expect([family, answer(filter, audit, call, family)]).toEqual([
          family,
          [1, 2, 10, 16].includes(family) ? allow : noFamily,
        ]);
  });
});

test('no call of the x32 table passes', () => {
  const filter = seccompFilter('x64') ?? Buffer.alloc(0);
  assert(property(nat(0xbfffffff), (call) => answer(filter, 0xc000003e, 0x40000000 + call) === eperm));
});

test('an architecture that is not known has no filter', () => {
  expect(seccompFilter('riscv64')).toBeUndefined();
  expect(seccompFilter('toString')).toBeUndefined();
});

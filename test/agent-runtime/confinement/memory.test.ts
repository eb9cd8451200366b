import { bubblewrapArguments } from '../../../agent-runtime/src/confinement/bubblewrap';
import type { Bubblewrap } from '../../../agent-runtime/src/confinement/confinement';
import { describeConfinement } from '../../../agent-runtime/src/confinement/describe';

const bwrap: Bubblewrap = {
  kind: 'bubblewrap',
  program: '/usr/bin/bwrap',
  disableUserns: true,
  tmpfsSize: true,
  unfiltered: undefined,
};

/** Bytes of /dev/shm and of /tmp in a sandbox whose programs may hold so much. */
function sizes(memoryBytes: number): string[] {
  const host = { mounts: [], links: [], kernel: [], path: [] };
  const paths = { node: '/n', script: '/t', workspace: '/w', run: '/r', etc: '/e' };
  const args = bubblewrapArguments(bwrap, host, { ...paths, env: {}, memoryBytes });
  return args.flatMap((word, index) => (word === '--size' ? [args[index + 1] ?? ''] : []));
}

test('the folders in memory are parts of the session’s, up to 256 MiB and 2 GiB', () => {
  expect(sizes(100_000_000)).toEqual(['25000000', '50000000']);
  expect(sizes(4 * 2 ** 30)).toEqual([String(2 ** 28), String(2 ** 31)]);
  expect(sizes(2 ** 40)).toEqual([String(2 ** 28), String(2 ** 31)]);
  expect(sizes(1)).toEqual(['1', '1']);
});

test('a bubblewrap that cannot bound them is said to be weaker, beside all else that it lacks', async () => {
  expect((await describeConfinement(bwrap)).weaker).toBeNull();
  const old = await describeConfinement({ ...bwrap, tmpfsSize: false });
  expect(old.weaker).toMatch(/cannot bound \/tmp and \/dev\/shm/);
  const both = await describeConfinement({ ...bwrap, tmpfsSize: false, unfiltered: 'no seccomp' });
  expect(both.weaker).toMatch(/no seccomp.*cannot bound/);
});

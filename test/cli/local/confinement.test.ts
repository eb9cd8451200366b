import { prepareConfinement, type ConfinementProbes } from '../../../cli/src/local/up/confinement';

const nothing = {
  kind: 'none',
  detail: 'Tools run unconfined.',
  weaker: null,
  missing: 'sudo apt-get install -y bubblewrap',
};
const bubblewrap = { kind: 'bubblewrap', detail: 'Tools run in bubblewrap.', weaker: null, missing: null };

function machine(
  rest: Partial<ConfinementProbes> & { programs?: readonly string[] },
): ConfinementProbes & { warned: string[]; said: string[] } {
  const warned: string[] = [];
  const said: string[] = [];
  const { programs = ['apt-get'], ...probes } = rest;
  return {
    describe: async () => nothing,
    platform: 'linux',
    which: (program) => (programs.includes(program) ? `/usr/bin/${program}` : undefined),
    asRoot: async () => undefined,
    aptInstall: async () => {},
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
    ...probes,
    warned,
    said,
  };
}

test('what is there is taken without a word', async () => {
  const on = machine({ describe: async () => bubblewrap });
  expect(await prepareConfinement(on)).toBe('bubblewrap');
  expect([...on.said, ...on.warned]).toEqual([]);
});

test('bubblewrap is installed where apt-get may, saying so', async () => {
  let installed = false;
  const on = machine({
    describe: async () => (installed ? bubblewrap : nothing),
    asRoot: async () => [],
    aptInstall: async (_root, name) => void (installed = name === 'bubblewrap'),
  });
  expect(await prepareConfinement(on)).toBe('bubblewrap');
  expect(on.said).toHaveLength(1);
});

test('with nothing and no right to install it, the warning is plain and names the command', async () => {
  const on = machine({});
  expect(await prepareConfinement(on)).toBe('none');
  expect(on.warned.join('\n')).toMatch(/NOT confined[\s\S]*sudo apt-get install -y bubblewrap/);
});

test('a bubblewrap that is there but does not work is not installed again', async () => {
  const on = machine({
    programs: ['apt-get', 'bwrap'],
    asRoot: async () => [],
    aptInstall: () => Promise.reject(new Error('must not be called')),
  });
  expect(await prepareConfinement(on)).toBe('none');
  expect(on.said).toEqual([]);
});

test('what holds less here than elsewhere is taken, and named', async () => {
  const weaker = 'System calls are not filtered.';
  const on = machine({ describe: async () => ({ ...bubblewrap, weaker }) });
  expect(await prepareConfinement(on)).toBe('bubblewrap');
  expect(on.warned).toEqual([weaker]);
});

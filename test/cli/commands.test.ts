import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factory } from './support/factory';
import { temporaryFolder } from './support/folder';

const verbs = [
  'up',
  'down',
  'status',
  'run',
  'submit',
  'tasks',
  'logs',
  'cancel',
  'agents',
  'config',
  'bootstrap',
  'version',
];

test('help names every verb and the exit codes, and ends with 0', async () => {
  const { code, stdout } = await factory(temporaryFolder(), ['--help']);
  expect(code).toBe(0);
  for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
  expect(stdout).toContain('3    the factory is not running or does not answer');
});

test.each(
  verbs
    .filter((verb) => verb !== 'config')
    .map((verb) => [verb])
    .concat([['config', 'check']]),
)('help for %s %s has examples, --json and the exit codes', async (...verb) => {
  const { code, stdout } = await factory(temporaryFolder(), [...verb, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`Examples:\n  factory ${verb.join(' ')}`);
  expect(stdout).toMatch(/--json[\s\S]*Exit codes:/);
});

test.each([
  [['nonsense'], 'unknown command'],
  [['tasks', '--nonsense'], 'unknown option'],
  [['tasks', '--state', 'asleep'], 'Allowed choices are'],
  [['run', 'nothing'], 'Allowed choices are'],
  [['up', '--http-port', '99999'], '--http-port takes a port'],
])('%j is a wrong command line: 2, and why', async (args, why) => {
  const { code, stderr } = await factory(temporaryFolder(), args);
  expect(stderr).toContain(why);
  expect(code).toBe(2);
});

test.each([
  ['status'],
  ['agents'],
  ['tasks'],
  ['cancel', 'python-01k00000000000000000000000'],
  ['submit', '--type', 'python', '--prompt', 'x'],
])('without a factory, %s ends with 3 and says how to start one', async (...args) => {
  const { code, stdout } = await factory(temporaryFolder(), [...args, '--json']);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { exit_code: 3, hints: expect.arrayContaining([expect.stringContaining('factory up')]) },
  });
});

test.each([
  [['up', '-C', 'nowhere'], '--dir: nowhere is not a folder'],
  [['status', '-C', ''], '--dir: the path is empty'],
  [['up', '--repo', ''], '--repo: the path of the repository is empty'],
])('%j is refused before anything is made', async (args, why) => {
  const folder = temporaryFolder();
  const { code, stdout } = await factory(folder, [...args, '--json']);
  expect({ code, ...(JSON.parse(stdout) as object) }).toEqual({
    code: 2,
    error: { exit_code: 2, message: why, hints: [] },
  });
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['nonsense'], "unknown command 'nonsense'"],
  [['tasks', '--nonsense'], "unknown option '--nonsense'"],
  [['run', 'nothing'], 'Allowed choices are audit.'],
  [['run'], "missing required argument 'job'"],
])('%j with --json is one JSON error on stdout and nothing else', async (args, why) => {
  const { code, stdout, stderr } = await factory(temporaryFolder(), [...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    error: { exit_code: 2, message: expect.stringContaining(why), hints: [expect.stringContaining('factory help')] },
  });
});

test('down without a factory is done already', async () => {
  expect(await factory(temporaryFolder(), ['down', '--json'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"stopped": false'),
  });
});

test('config check names every fault with file, line, column and path, and ends with 2; a right file with 0', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'factory.yaml');
  writeFileSync(file, 'ports:\n  http: x\ncolour: red\n');
  const checked = await factory(folder, ['config', 'check']);
  expect(checked.code).toBe(2);
  expect(checked.stdout).toContain('factory.yaml:2:3 ports.http: ');
  expect(checked.stdout).toContain('factory.yaml:3:1 colour: is not a known field');
  const started = await factory(folder, ['up']);
  expect(started).toMatchObject({ code: 2, stderr: expect.stringContaining(`${file}:2:3 ports.http`) });
  writeFileSync(file, 'ports: { http: 7000 }\n');
  expect((await factory(folder, ['config', 'check', '--json'])).code).toBe(0);
});

test('a plan or tasks that cannot be read are a wrong command line, with the place of the fault', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'bad.yaml'), 'a: [1,\nb: 2');
  const inFile = await factory(folder, ['submit', 'bad.yaml']);
  expect(inFile).toMatchObject({ code: 2, stderr: expect.stringMatching(/bad\.yaml:\d+:\d+ /) });
  const inPlan = await factory(folder, ['submit', '--type', 'python', '--plan', 'nowhere.yaml']);
  expect(inPlan).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot read nowhere.yaml') });
});

test('version is a line for people and an object for scripts', async () => {
  expect((await factory(temporaryFolder(), ['version'])).stdout).toMatch(/^factory \d+\.\d+\.\d+ \(Node \d+/);
  expect(JSON.parse((await factory(temporaryFolder(), ['version', '--json'])).stdout)).toMatchObject({
    factory: expect.any(String),
  });
});

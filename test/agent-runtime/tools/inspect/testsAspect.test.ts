import { fact, inspectFiles, rows } from './support';

test('suites are counted by framework, and commands are told in order', async () => {
  const section = await inspectFiles('tests', {
    'package.json':
      '{"scripts": {"test": "jest", "test:ci": "jest --ci --coverage", "lint": "x"}, "devDependencies": {"jest": "1"}}',
    'src/a.js': "export const it = (a) => a;\nit('not a test file');\n",
    'src/a.test.js':
      "test('a', f);\n// test('b', f);\nit.each([1])('c', f);\ndescribe('d', () => { it(\"e\", f); });\n/x/.test('y');\n",
    'test/n.mjs': "import test from 'node:test';\ntest('a', f);\n",
    'py/test_a.py':
      'import pytest\ndef test_a(): pass\nclass TestB:\n    async def test_c(self): pass\n"""\ndef test_no(): pass\n"""\n',
    'pytest.ini': '[pytest]\n',
    'go/go.mod': 'module m\n',
    'go/a_test.go': 'package a\nfunc TestA(t *testing.T) {}\nfunc Testament() {}\nfunc BenchmarkX(b *testing.B) {}\n',
    'rs/Cargo.toml': '[package]\nname = "r"\n',
    'rs/src/lib.rs': '#[cfg(test)]\nmod tests {\n  #[test]\n  fn a() {}\n  #[tokio::test]\n  async fn b() {}\n}\n',
    Makefile: 'TEST := x\ntest: all\n\t./t\n',
    'node_modules/x/a.test.js': "test('a', f);\n",
  });
  expect(rows(section, 'Test suites').map((row) => [row['framework'], row['files'], row['cases']])).toEqual([
    ['Jest', 1, 3],
    ['pytest', 1, 2],
    ['Rust test', 1, 2],
    ['Go testing', 1, 1],
    ['node:test', 1, 1],
  ]);
  expect(fact(section, 'Coverage settings')).toBe('script test:ci (package.json)');
  expect(section.commands?.map(({ argv, cwd }) => `${cwd} ${argv.join(' ')}`)).toEqual([
    '. npm test',
    '. npm run test:ci',
    '. pytest',
    '. make test',
    'rs cargo test',
    'go go test ./...',
  ]);
  expect(section.commands?.every(({ available }) => typeof available === 'boolean')).toBe(true);
});

test('the empty test script of npm is no command, and code without tests is told', async () => {
  const section = await inspectFiles('tests', {
    'package.json': '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}',
    'a.js': 'let a;\n'.repeat(300),
  });
  expect(section.commands).toEqual([]);
  expect(section.findings.map(({ rule }) => rule)).toEqual(['tests-missing']);
});

test('a runner of the project itself comes before guesses', async () => {
  const section = await inspectFiles('tests', {
    'tests/runtests.py': 'run()\n',
    'tests/test_a.py': 'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n',
  });
  expect(section.commands?.map(({ argv, cwd }) => `${cwd} ${argv.join(' ')}`)).toEqual([
    'tests python3 runtests.py',
    '. python3 -m unittest discover',
  ]);
});

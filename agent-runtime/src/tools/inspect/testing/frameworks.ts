import type { FileEntry } from '../core/fileIndex';

/** Languages whose tests one command runs. */
export type Family = 'js' | 'python' | 'go' | 'rust' | 'java' | 'ruby' | 'php' | 'native' | 'shell' | 'tcl' | 'other';

/** One way to write tests and how its cases are counted, in the text without comments. */
export interface Framework {
  name: string;
  family: Family;
  exts: readonly string[];
  /** Whether a file can hold such tests, by its path and text. */
  holds: (file: FileEntry, text: string) => boolean;
  /** Global pattern of one case. */
  cases: RegExp;
}

const scripts = ['js', 'mjs', 'cjs', 'jsx', 'ts', 'tsx', 'mts', 'cts'];
const jsCase =
  /(?<![\w$.)/\]'"`])(?:t\.|suite\.|test\.)?(?:it|test|specify)(?:\.(?:only|skip|todo|concurrent|serial|failing|fails|sequential|fixme|slow))*(?:\.each\b|\s*\(\s*["'`])/g;

function js(name: string, ...modules: string[]): Framework {
  const names = modules.map((module) => module.replace('/', '\\/')).join('|');
  const imported = new RegExp(`(?:\\bfrom|\\brequire\\(|\\bimport\\(|\\bimport)[ \\t]{0,5}["'](?:${names})["']`);
  return { name, family: 'js', exts: scripts, holds: (_, text) => imported.test(text), cases: jsCase };
}

/** In order: the first that holds takes a file. */
const frameworks: Framework[] = [
  js('node:test', 'node:test', 'test'),
  js('Vitest', 'vitest'),
  js('Playwright', '@playwright/test', 'playwright/test'),
  js('tap', 'tap', 'tape', 't', 'zora', 'uvu', 'brittle'),
  { ...js('AVA', 'ava'), cases: /(?<![\w$.])test(?:\.(?:serial|only|skip|failing|todo|cb))*\s*\(\s*["'`]/g },
  js('bun test', 'bun:test'),
  {
    name: 'Cypress',
    family: 'js',
    exts: scripts,
    holds: (file, text) => /\.cy\.\w+$|(?:^|\/)cypress\//.test(file.path) && text.includes('cy.'),
    cases: jsCase,
  },
  {
    name: 'Deno',
    family: 'js',
    exts: scripts,
    holds: (_, text) => /^[ \t]*Deno\.test\(/m.test(text),
    cases: /\bDeno\.test\(/g,
  },
  { name: 'JavaScript (it/test)', family: 'js', exts: scripts, holds: (file) => file.test, cases: jsCase },
  {
    name: 'pytest',
    family: 'python',
    exts: ['py'],
    holds: (file, text) =>
      file.test &&
      (/^[ \t]*(?:import|from)[ \t]+pytest\b/m.test(text) ||
        (/^(?:async[ \t]+)?def[ \t]+test/m.test(text) && !/\bunittest\b|\bTestCase\b/.test(text))),
    cases: /^[ \t]*(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\(/gm,
  },
  {
    name: 'unittest',
    family: 'python',
    exts: ['py'],
    holds: (file, text) => file.test && /\bdef[ \t]+test/.test(text),
    cases: /^[ \t]*(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\(/gm,
  },
  {
    name: 'Go testing',
    family: 'go',
    exts: ['go'],
    holds: (file) => file.name.endsWith('_test.go'),
    cases: /^func[ \t]+(?:\([^)\n]{1,80}\)[ \t]*)?(?:Test|Fuzz|Example)(?![a-z])\w*\(/gm,
  },
  {
    name: 'Rust test',
    family: 'rust',
    exts: ['rs'],
    holds: (_, text) => text.includes('#['),
    cases: /#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck)\b/g,
  },
  {
    name: 'JUnit',
    family: 'java',
    exts: ['java', 'kt', 'groovy', 'scala'],
    holds: (_, text) => /\borg\.junit\b|\bjunit\.framework\b|\bkotlin\.test\b/.test(text),
    cases: /@(?:Test|ParameterizedTest|RepeatedTest)\b|\bpublic[ \t]+void[ \t]+test\w+[ \t]*\(/g,
  },
  {
    name: 'TestNG',
    family: 'java',
    exts: ['java', 'kt'],
    holds: (_, text) => text.includes('org.testng'),
    cases: /@Test\b/g,
  },
  {
    name: 'Spock',
    family: 'java',
    exts: ['groovy'],
    holds: (_, text) => text.includes('spock.lang'),
    cases: /^[ \t]*def[ \t]+["'][^"'\n]+["'][ \t]*\(/gm,
  },
  {
    name: 'RSpec',
    family: 'ruby',
    exts: ['rb'],
    holds: (file) => file.name.endsWith('_spec.rb'),
    cases: /^[ \t]*(?:it|specify|example|scenario)(?:[ \t]+["']|[ \t]*\(["']|[ \t]*\{|[ \t]+do\b)/gm,
  },
  {
    name: 'minitest',
    family: 'ruby',
    exts: ['rb'],
    holds: (file) => file.test,
    cases: /^[ \t]*(?:def[ \t]+test_\w+|(?:it|test|should)[ \t(]+["'])/gm,
  },
  {
    name: 'Pest',
    family: 'php',
    exts: ['php'],
    holds: (file, text) => file.test && /^(?:it|test)\(/m.test(text),
    cases: /^(?:it|test)\(/gm,
  },
  {
    name: 'PHPUnit',
    family: 'php',
    exts: ['php'],
    holds: (file) => file.name.endsWith('Test.php'),
    cases: /\bfunction[ \t]+test\w*[ \t]*\(|#\[(?:\\?PHPUnit\\Framework\\Attributes\\)?Test\]/g,
  },
  { name: 'PHPT', family: 'php', exts: ['phpt'], holds: () => true, cases: /^--TEST--/gm },
  {
    name: 'GoogleTest',
    family: 'native',
    exts: ['cc', 'cpp', 'cxx', 'h', 'hpp'],
    holds: (_, text) => text.includes('gtest') || text.includes('gmock'),
    cases: /^[ \t]*(?:TYPED_)?TEST(?:_F|_P)?[ \t]*\(/gm,
  },
  {
    name: 'Catch2 or doctest',
    family: 'native',
    exts: ['cc', 'cpp', 'cxx'],
    holds: (_, text) => /#[ \t]*include[^\n]*(?:catch|doctest)/.test(text),
    cases: /^[ \t]*(?:TEST_CASE|SCENARIO)(?:_\w+)?[ \t]*\(/gm,
  },
  {
    name: 'Boost.Test',
    family: 'native',
    exts: ['cc', 'cpp', 'cxx'],
    holds: (_, text) => text.includes('BOOST_AUTO_TEST_CASE'),
    cases: /^[ \t]*BOOST_(?:AUTO|FIXTURE|DATA)_TEST_CASE[ \t]*\(/gm,
  },
  {
    name: 'Check or cmocka',
    family: 'native',
    exts: ['c'],
    holds: (_, text) => /\bSTART_TEST\b|\bcmocka_unit_test/.test(text),
    cases: /\bSTART_TEST[ \t]*\(|\bcmocka_unit_test(?:_\w+)?[ \t]*\(/g,
  },
  { name: 'Bats', family: 'shell', exts: ['bats'], holds: () => true, cases: /^[ \t]*@test[ \t]/gm },
  {
    name: 'Perl Test::More',
    family: 'other',
    exts: ['t'],
    holds: (_, text) => text.includes('Test::'),
    cases: /^[ \t]*(?:subtest|ok|is|like|is_deeply|isnt|cmp_ok)\b/gm,
  },
  {
    name: 'Tcl tests',
    family: 'tcl',
    exts: ['tcl', 'test'],
    holds: (file, text) => file.test && /^[ \t]*test[ \t]+[{"\w]/m.test(text),
    cases: /^[ \t]*test[ \t]+[{"\w]/gm,
  },
  {
    name: 'xUnit, NUnit or MSTest',
    family: 'other',
    exts: ['cs', 'fs'],
    holds: (_, text) => /\b(?:Xunit|NUnit|MSTest|UnitTesting)\b/.test(text),
    cases: /\[(?:Fact|Theory|Test|TestCase|TestMethod)\b/g,
  },
  {
    name: 'XCTest',
    family: 'other',
    exts: ['swift', 'm'],
    holds: (_, text) => text.includes('XCTest'),
    cases: /\bfunc[ \t]+test\w*[ \t]*\(/g,
  },
  {
    name: 'ExUnit',
    family: 'other',
    exts: ['exs'],
    holds: (_, text) => text.includes('ExUnit'),
    cases: /^[ \t]*test[ \t]+"/gm,
  },
];

const byExt = new Map<string, Framework[]>();
for (const framework of frameworks)
  for (const ext of framework.exts) byExt.set(ext, [...(byExt.get(ext) ?? []), framework]);

/** The framework of a test file and its number of cases; undefined when it holds none. */
export function countCases(file: FileEntry, code: string): { framework: Framework; cases: number } | undefined {
  const framework = byExt.get(file.ext)?.find((one) => one.holds(file, code));
  const cases = framework ? (code.match(framework.cases)?.length ?? 0) : 0;
  return framework && cases > 0 ? { framework, cases } : undefined;
}

import { isDockerfile } from '../../../../agent-runtime/src/tools/inspect/core/classify';
import * as fc from 'fast-check';
import { sectionSchema } from '@agent-factory/contract';
import { Budget } from '../../../../agent-runtime/src/tools/inspect/core/budget';
import { maskComments, type CommentStyle } from '../../../../agent-runtime/src/tools/inspect/core/mask';
import { SectionBuilder } from '../../../../agent-runtime/src/tools/inspect/core/section';
import { clean } from '../../../../agent-runtime/src/tools/inspect/core/text';
import { githubSlug } from '../../../../agent-runtime/src/tools/inspect/interfaces/markdown';
import { parseXml } from '../../../../agent-runtime/src/tools/inspect/manifests/xml';
import { scanSecrets } from '../../../../agent-runtime/src/tools/inspect/security/scanSecrets';

const styles: CommentStyle[] = ['c', 'js', 'python', 'hash', 'php', 'none'];
const code = fc.string({
  unit: fc.constantFrom('a', ' ', '\n', '"', "'", '`', '/', '*', '#', '\\', '[', ']', '=', '(', '{'),
});

test('masking comments keeps every line and column', () => {
  fc.assert(
    fc.property(code, fc.constantFrom(...styles), (text, style) => {
      const masked = maskComments(text, style);
      expect(masked).toHaveLength(text.length);
      for (let at = 0; at < text.length; at += 1) expect(masked[at] === text[at] || masked[at] === ' ').toBe(true);
      expect(masked.split('\n').length).toBe(text.split('\n').length);
    }),
  );
});

test.each<[CommentStyle, string, string]>([
  ['js', 'a = /[\'"]/; // b', 'a = /[\'"]/;     '],
  ['js', 'a = "//"; /* b */c', 'a = "//";        c'],
  ['js', 'x = `a // ${b}`; // c', 'x = `a // ${b}`;     '],
  ['python', 'a = "#" # b', 'a = "#"    '],
  ['python', '"""a\nb"""\nc', '""" \n """\nc'],
  ['hash', 'a#b # c', 'a#b    '],
  ['c', "'\"' // x", "'\"'     "],
])('%s: %j is masked as %j', (style, text, masked) => {
  expect(maskComments(text, style)).toBe(masked);
});

test('shown text is one visible line within its bound', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 50 }), (text, max) => {
      const shown = clean(text, max);
      expect(shown.length).toBeLessThanOrEqual(max);
      expect(shown).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(shown.isWellFormed()).toBe(true);
    }),
  );
});

test('a section stays within its schema and 256 KB whatever it is given', () => {
  const text = '\u0001"☃'.repeat(2_000);
  const builder = new SectionBuilder('overview', 'Overview');
  builder.summary(text);
  for (let n = 0; n < 200; n += 1) builder.fact(text, n % 2 === 0 ? text : Number.NaN, text);
  for (let n = 0; n < 30; n += 1)
    builder.table(
      text,
      [
        ['a', 'A'],
        ['b', 'B', 'right'],
        ['c', 'C'],
      ],
      Array.from({ length: 500 }, () => ({ a: text, b: Infinity, c: text })),
    );
  for (let n = 0; n < 30; n += 1)
    builder.chart(
      text,
      'line',
      text,
      Array.from({ length: 500 }, () => ({ label: text, value: n })),
    );
  for (let n = 0; n < 500; n += 1)
    builder.finding({
      rule: `rule-${n % 10}`,
      severity: 'low',
      title: text,
      path: text,
      line: 0,
      detail: text,
      advice: text,
    });
  for (let n = 0; n < 100; n += 1) builder.note(`${n}${text}`);
  const section = sectionSchema.parse(builder.build());
  expect(Buffer.byteLength(JSON.stringify(section))).toBeLessThan(256 * 1024);
  expect(section.findings_total).toBe(500);
  expect(section.tables[0]?.total).toBe(500);
});

test('worst findings come first, and one rule leaves room for others', () => {
  const builder = new SectionBuilder('security', 'Security');
  const add = (rule: string, severity: 'critical' | 'low'): void =>
    builder.finding({ rule, severity, title: 't', detail: 'd', advice: 'a' });
  for (let n = 0; n < 300; n += 1) add('noisy', 'low');
  add('quiet', 'low');
  add('worst', 'critical');
  const { findings, findings_total, notes } = builder.build();
  expect(findings[0]?.rule).toBe('worst');
  expect(findings.map(({ rule }) => rule)).toContain('quiet');
  expect(findings).toHaveLength(27);
  expect(findings_total).toBe(302);
  expect(notes).toEqual(['At most 25 findings of one rule are listed; more were found of: noisy (300).']);
});

test('a budget is spent by the clock it is given', async () => {
  let now = 0;
  const budget = new Budget(100, undefined, () => now);
  expect(budget.spent).toBe(false);
  now = 99;
  await budget.breathe();
  expect([budget.spent, budget.left]).toEqual([false, 1]);
  now = 100;
  expect(budget.spent).toBe(true);
});

test.each([
  ['Hello, World!', 'hello-world'],
  ['`code` and *stress*', 'code-and-stress'],
  ['A  b', 'a--b'],
  ['[Link](https://x.example) text', 'link-text'],
  ['`<relabel_config>`', 'relabel_config'],
  ['Ünïcode & 日本', 'ünïcode--日本'],
  ['snake_case-and-dash', 'snake_case-and-dash'],
])('the heading %j has the slug %j', (heading, slug) => {
  expect(githubSlug(heading)).toBe(slug);
});

test('XML that is not well-formed is refused; entities and DOCTYPE do nothing', () => {
  expect(() => parseXml('<a><b></a>')).toThrow(/closes nothing/);
  expect(() => parseXml('<a>')).toThrow(/never closed/);
  expect(() => parseXml('<a>'.repeat(300))).toThrow(/too deep/);
  const root = parseXml(
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a b="1 > 0">&x;&lt;<![CDATA[<c>]]></a>',
  );
  expect(root.children[0]).toMatchObject({ name: 'a', attributes: { b: '1 > 0' }, text: '&x;<<c>' });
});

test('random text holds no secret of known form', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 0, maxLength: 400 }), (text) => expect(scanSecrets(text, false)).toEqual([])),
  );
});

test.each([
  ['Dockerfile', true],
  ['Dockerfile.dev', true],
  ['api.dockerfile', true],
  ['Containerfile', true],
  ['dockerfile.ts', false],
  ['Dockerfile.md', false],
  ['dockerfiles', false],
])('whether %s is a Dockerfile: %s', (name, expected) => expect(isDockerfile(name)).toBe(expected));

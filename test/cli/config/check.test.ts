import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { checkConfig } from '../../../cli/src/config/check';
import { exampleOfDocs, factoryYamlDocs } from '../../../cli/src/config/docs';
import { programRoot } from '../../../cli/src/local/programRoot';

const faultsOf = (text: string) =>
  checkConfig(text).faults.map(({ line, column, path }) => `${line}:${column} ${path}`);

test('an empty file is right and gives the defaults', () => {
  const { config } = checkConfig('');
  expect(config).toMatchObject({ host: '127.0.0.1', ports: { http: 7070, grpc: 7071 }, audit_on_start: true });
});

test('a file of comments only is right', () => {
  expect(checkConfig('# nothing yet\n').faults).toEqual([]);
});

test('every fault is found at once, each at its key and in the order of the text', () => {
  const text = [
    'ports:',
    '  http: 70700',
    'agents:',
    '  python: { count: -1 }',
    '  pyhton:',
    '    count: 2',
    'colour: red',
    'tools:',
    '  confinement: chroot',
    '  extra: 1',
    'redis: { url: "http://x" }',
  ].join('\n');
  expect(faultsOf(text)).toEqual([
    '2:3 ports.http',
    '4:13 agents.python.count',
    '5:3 agents.pyhton',
    '7:1 colour',
    '9:3 tools.confinement',
    '10:3 tools.extra',
    '11:10 redis.url',
  ]);
});

test('a fault deep in the configuration of models stands at its own line', () => {
  const text = [
    'models:',
    '  providers:',
    '    a:',
    '      kind: anthropic',
    '  models:',
    '    m:',
    '      provider: b',
    '      model: x',
  ].join('\n');
  expect(faultsOf(text)).toEqual(['3:5 models.providers.a.api_key_env', '7:7 models.models.m.provider']);
});

test('a fault in a list stands at its item', () => {
  const text = [
    'routing:',
    '  version: 1',
    '  rules:',
    '    - { task_type: a, type: python }',
    '    - { task_type: B, type: nobody }',
  ].join('\n');
  expect(faultsOf(text)).toEqual(['5:9 routing.rules[1].task_type', '5:23 routing.rules[1].type']);
});

test('text that is not YAML and keys given twice are faults with a position', () => {
  expect(faultsOf('ports: [1, 2')[0]).toMatch(/^1:\d+ \(syntax\)$/);
  expect(faultsOf('host: a\nhost: b')).toEqual(['2:1 (syntax)']);
});

test('a list, a text or a number at the top is one fault', () => {
  for (const text of ['- a', 'hello', '42'])
    expect(checkConfig(text).faults).toMatchObject([{ line: 1, column: 1, path: '(root)' }]);
});

test('the same port twice is a fault, 0 twice is not', () => {
  expect(faultsOf('ports: { http: 7000, grpc: 7000 }')).toEqual(['1:22 ports.grpc']);
  expect(faultsOf('ports: { http: 0, grpc: 0 }')).toEqual([]);
});

test('aliases that multiply are refused, not expanded', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'
      .split('')
      .map(
        (name, index) =>
          `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index] ?? 'a'}`).join(', ')}]`,
      ),
  ].join('\n');
  expect(checkConfig(bomb).config).toBeUndefined();
});

test('an alias without an anchor is a fault at the alias', () => {
  expect(faultsOf('host: a\nredis: *nowhere')).toEqual(['2:8 (syntax)']);
});

test('any text at all gets an answer with positions inside it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const { faults } = checkConfig(text);
      const lines = text.split(/\r\n|\n|\r/).length;
      for (const { line, column } of faults) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines + 1);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }),
  );
});

test('the reference is what the schema says now, and its example is right', () => {
  expect(readFileSync(join(programRoot(), 'docs/factory-yaml.md'), 'utf8')).toBe(factoryYamlDocs());
  expect(checkConfig(exampleOfDocs()).faults).toEqual([]);
});

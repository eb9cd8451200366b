import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentTypeNames } from '@agent-factory/contract';
import { queueKeys } from '../../../dispatcher/src/queue/keys';
import { scripts as queueScripts } from '../../../dispatcher/src/queue/scripts.gen';
import { scripts as registryScripts } from '../../../dispatcher/src/registry/scripts.gen';

const source = join(__dirname, '../../../dispatcher/src');
const areas = { queue: Object.values(queueScripts), registry: Object.values(registryScripts) };
const all = Object.entries(areas).flatMap(([area, scripts]) => scripts.map((script) => ({ area, script })));

/** What a Redis Cluster hashes of a key. */
function hashTag(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

test('the generated modules are those of the .lua files', () => {
  const generator = join(source, '../scripts/generate-lua.mjs');
  expect(() => execFileSync(process.execPath, [generator, '--check'], { stdio: 'pipe', env: {} })).not.toThrow();
});

test('all keys of a type share its hash tag, so that no script spans slots', () => {
  for (const type of agentTypeNames) {
    expect(new Set(Object.values(queueKeys(type)).map(hashTag))).toEqual(new Set([type]));
  }
});

test('keys of different kinds never collide', () => {
  const keys = Object.values(queueKeys('python'));
  expect(new Set(keys).size).toBe(keys.length);
});

describe.each(all)('$area/$script.name.lua', ({ area, script }) => {
  const text = readFileSync(join(source, area, 'scripts', `${script.name}.lua`), 'utf8');

  test('says what it takes and answers', () => {
    expect(text).toMatch(/^#!lua( flags=\S+)?\n-- \S/);
    for (const part of ['KEYS', 'ARGV', 'Returns']) expect(text.match(new RegExp(`^-- ${part}: `, 'm'))).not.toBeNull();
  });

  test('declares each key once, knows it, and uses it', () => {
    const known: string[] = area === 'queue' ? Object.keys(queueKeys('python')) : ['agent', 'types'];
    expect(known).toEqual(expect.arrayContaining([...script.keys]));
    expect(new Set(script.keys).size).toBe(script.keys.length);
    for (const key of script.keys) expect(script.lua.split(`${key}_key`).length).toBeGreaterThan(2);
  });

  test('touches no key that it does not declare', () => {
    const used = new Set([...script.lua.matchAll(/\b(\w+)_key\b/g)].map(([, key]) => key));
    expect([...used].filter((key) => !script.keys.some((declared) => declared === key))).toEqual([]);
    // A key is a declared one, alone or followed by a ULID or hash: never a literal.
    const literal = /redis\.call\('[A-Z]+', *'(?!USAGE)/;
    expect(script.lua).not.toMatch(literal);
  });
});

test('every shared part is used', () => {
  for (const area of Object.keys(areas)) {
    const folder = join(source, area, 'scripts');
    const texts = readdirSync(folder)
      .filter((file) => file.endsWith('.lua'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    for (const part of readdirSync(join(folder, 'lib'))) expect(texts).toContain(`-- include: lib/${part}\n`);
  }
});

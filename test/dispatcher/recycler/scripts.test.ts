import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scripts } from '../../../dispatcher/src/recycler/scripts.gen';

const folder = join(__dirname, '../../../dispatcher/src/recycler/scripts');

describe.each(Object.values(scripts))('recycler/$name.lua', ({ name, keys, lua }) => {
  test('says what it takes and answers', () => {
    const text = readFileSync(join(folder, `${name}.lua`), 'utf8');
    expect(text).toMatch(/^#!lua( flags=\S+)?\n-- \S/);
    for (const part of ['KEYS', 'ARGV', 'Returns']) expect(text).toMatch(new RegExp(`^-- ${part}: `, 'm'));
  });

  test('declares each key once, uses it, and touches no other', () => {
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(lua.split(`${key}_key`).length).toBeGreaterThan(2);
    const used = [...lua.matchAll(/\b(\w+)_key\b/g)].map(([, key]) => key);
    expect([...new Set<string>(keys)]).toEqual(expect.arrayContaining(used));
    expect(lua).not.toMatch(/redis\.call\('[A-Z]+', *'/);
  });
});

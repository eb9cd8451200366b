/**
 * Turns every `<area>/scripts/*.lua` into one TypeScript module, `<area>/scripts.gen.ts`, so that scripts load the same from source and from a bundle.
 *
 * `-- KEYS: a b` declares the keys: it becomes `local a_key, b_key = KEYS[1], KEYS[2]`, and the names go into the module, so that the caller
 * passes what the script declares. `-- include: lib/x.lua` is replaced by that file. Comment lines are left out.
 *
 * Usage: node dispatcher/scripts/generate-lua.mjs [--check] [area ...]
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const areas = named.length > 0 ? named : ['queue', 'recycler', 'registry'];

function expand(folder, file, keys) {
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const include = /^-- include: (\S+)$/.exec(line);
      if (include) return expand(folder, include[1], keys);
      const declared = /^-- KEYS: (.+)$/.exec(line);
      if (declared) {
        keys.push(...declared[1].trim().split(/\s+/));
        return [
          `local ${keys.map((key) => `${key}_key`).join(', ')} = ${keys.map((_, index) => `KEYS[${index + 1}]`).join(', ')}`,
        ];
      }
      return /^\s*(--|$)/.test(line) ? [] : [line];
    });
}

function moduleOf(area) {
  const folder = join(source, area, 'scripts');
  const entries = readdirSync(folder)
    .filter((file) => file.endsWith('.lua'))
    .sort()
    .map((file) => {
      const keys = [];
      const lua = `${expand(folder, file, keys).join('\n')}\n`;
      const record = {
        name: file.slice(0, -'.lua'.length),
        sha: createHash('sha1').update(lua).digest('hex'),
        keys,
        lua,
      };
      return `  ${record.name}: ${JSON.stringify(record)},`;
    });
  return `// Made by dispatcher/scripts/generate-lua.mjs from ${area}/scripts/*.lua; do not edit.\n// prettier-ignore\nexport const scripts = {\n${entries.join('\n')}\n} as const;\n`;
}

let stale = false;
for (const area of areas) {
  const path = join(source, area, 'scripts.gen.ts');
  const text = moduleOf(area);
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') !== text) {
      stale = true;
      console.error(`${area}/scripts.gen.ts is stale: run node dispatcher/scripts/generate-lua.mjs`);
    }
  } else writeFileSync(path, text);
}
process.exitCode = stale ? 1 : 0;

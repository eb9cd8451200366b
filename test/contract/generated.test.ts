import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@agent-factory/contract';
import { z } from 'zod';
import { jsonSchemas, nameOf, namedSchemas } from '../../contract/src/jsonSchemas';

const root = join(__dirname, '../../contract');

/** Every file below a folder by its path in it. */
function filesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    paths.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

describe('what is generated', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is what the generator makes of the contract as it stands', () => {
    execFileSync(process.execPath, [join(root, 'scripts/generate.mjs'), folder]);
    expect(filesIn(join(folder, 'src/gen'))).toEqual(filesIn(join(root, 'src/gen')));
    expect(filesIn(join(folder, 'schema'))).toEqual(filesIn(join(root, 'schema')));
  });

  test('passes the rules of buf', () => {
    const buf = join(root, '../node_modules/@bufbuild/buf/bin/buf');
    execFileSync(process.execPath, [buf, 'lint'], { cwd: root });
  });
});

test('every schema with a name has a JSON Schema of that name', () => {
  const named = Object.values(contract)
    .filter((value) => value instanceof z.ZodType)
    .map((schema) => nameOf(schema))
    .filter((name) => name !== undefined);
  expect([...jsonSchemas().keys()].sort()).toEqual([...new Set(named)].sort());
});

test('no two schemas share a name', () => {
  expect(new Set(namedSchemas.map(nameOf)).size).toBe(namedSchemas.length);
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openApiText } from '../../dispatcher/scripts/openapi';

test('docs/openapi.json is what the dispatcher serves; `npm run generate` renews it', async () => {
  const kept = await readFile(path.join(__dirname, '../../docs/openapi.json'), 'utf8');
  expect(kept).toBe(await openApiText());
});

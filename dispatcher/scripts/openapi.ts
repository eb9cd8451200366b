import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openApiDocument } from '../src/http/document';

/** Writes docs/openapi.json, so that a change of the API shows in the change that makes it. */
export async function openApiText(): Promise<string> {
  return `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
}

if (require.main === module) {
  const target = path.join(__dirname, '../../docs/openapi.json');
  void openApiText().then((text) => writeFile(target, text));
}

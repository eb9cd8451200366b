import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configurationPage } from '../../infra/config/page';
import { projectFile } from '../../infra/config/projectFile';

const read = (file: string): string => readFileSync(path.join(__dirname, '../..', file), 'utf8');

test('Pulumi.yaml is what `npm run generate` makes', () => {
  expect(read('Pulumi.yaml')).toBe(projectFile());
});

test('docs/configuration.md is what `npm run generate` makes', () => {
  expect(read('docs/configuration.md')).toBe(configurationPage(read));
});

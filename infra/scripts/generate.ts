import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationPage } from '../config/page';
import { projectFile } from '../config/projectFile';

// Writes what is made from the schema of the stack's configuration: Pulumi.yaml and its reference.
const root = path.join(__dirname, '../..');
writeFileSync(path.join(root, 'Pulumi.yaml'), projectFile());
writeFileSync(
  path.join(root, 'docs/configuration.md'),
  configurationPage((file) => readFileSync(path.join(root, file), 'utf8')),
);

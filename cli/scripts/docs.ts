import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factoryYamlDocs } from '../src/config/docs';
import { programRoot } from '../src/local/programRoot';

// Writes the pages that are made from the CLI's schemas.
const folder = join(programRoot(), 'docs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'factory-yaml.md'), factoryYamlDocs());

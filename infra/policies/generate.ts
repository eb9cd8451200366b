import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { hardeningPage } from './page';

// Writes what is made from the hardening list and the rules.
writeFileSync(path.join(__dirname, '../../docs/hardening.md'), hardeningPage());

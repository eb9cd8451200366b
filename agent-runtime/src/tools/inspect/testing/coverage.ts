import type { Context } from '../core/context';
import type { Manifest } from '../manifests';
import { at, record } from '../manifests/values';

const files: Record<string, string> = {
  '.coveragerc': 'coverage.py',
  '.nycrc': 'nyc',
  '.nycrc.json': 'nyc',
  '.nycrc.yml': 'nyc',
  '.c8rc.json': 'c8',
  'codecov.yml': 'Codecov',
  '.codecov.yml': 'Codecov',
  '.coveralls.yml': 'Coveralls',
  'tarpaulin.toml': 'tarpaulin',
  '.tarpaulin.toml': 'tarpaulin',
  '.simplecov': 'SimpleCov',
  '.taprc': 'tap',
};

/** Where coverage is configured, as `tool (file)`. */
export function coverageSettings(context: Context, manifests: readonly Manifest[]): string[] {
  const found: string[] = [];
  for (const file of context.files) {
    if (file.vendored || file.example || file.kind !== 'file') continue;
    const tool = Object.hasOwn(files, file.name) && file.name !== '.taprc' ? files[file.name] : undefined;
    if (tool !== undefined) found.push(`${tool} (${file.path})`);
    if (
      /^(?:jest|vitest)\.config\.[cm]?[jt]s$/.test(file.name) &&
      /coverageThreshold|collectCoverage|coverage\s*:/.test(context.reader.text(file) ?? '')
    )
      found.push(`${file.name.split('.', 1)[0] ?? ''} (${file.path})`);
    if (/^phpunit\.xml(?:\.dist)?$/.test(file.name) && /<(?:coverage|filter)\b/.test(context.reader.text(file) ?? ''))
      found.push(`PHPUnit (${file.path})`);
    if (/^(?:pom\.xml|build\.gradle(?:\.kts)?)$/.test(file.name) && /jacoco/i.test(context.reader.text(file) ?? ''))
      found.push(`JaCoCo (${file.path})`);
  }
  for (const { file, data, ecosystem } of manifests) {
    if (at(data, 'tool', 'coverage') !== undefined) found.push(`coverage.py (${file.path})`);
    if (file.name === 'setup.cfg' && Object.keys(data).some((section) => section.startsWith('coverage:')))
      found.push(`coverage.py (${file.path})`);
    if (ecosystem !== 'npm') continue;
    if (data['nyc'] !== undefined) found.push(`nyc (${file.path})`);
    if (data['c8'] !== undefined) found.push(`c8 (${file.path})`);
    if (
      ['coverageThreshold', 'collectCoverage', 'collectCoverageFrom'].some((key) => at(data, 'jest', key) !== undefined)
    )
      found.push(`Jest (${file.path})`);
    const script = Object.entries(record(data['scripts'])).find(
      ([, body]) => typeof body === 'string' && /(?<![\w-])(?:nyc|c8|--coverage)\b/.test(body),
    );
    if (script) found.push(`script ${script[0]} (${file.path})`);
  }
  return [...new Set(found)];
}

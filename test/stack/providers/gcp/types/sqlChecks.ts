import { UNKNOWN, at, type ValueObject } from '../../shared/values';
import { lacks, fail, list, text } from '../checks';

// https://cloud.google.com/sql/docs/postgres/instance-settings#machine-type-2ndgen
/** Whether the machine type exists and fits the edition. */
export function sqlTier(inputs: ValueObject) {
  const value = text(inputs, 'settings.tier');
  const edition = text(inputs, 'settings.edition') ?? 'ENTERPRISE';
  if (value === undefined) return [];
  const shared = /^db-(?:f1-micro|g1-small)$/.test(value);
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(value);
  const plus =
    /^db-perf-optimized-N-(?:2|4|8|16|32|48|64|80|96|128)$/.test(value) ||
    /^db-c4a-highmem-(?:1|4|8|16|32|48|64|72)(?:-lssd)?$/.test(value);
  const legacy = /^db-n1-(?:standard|highmem)-\d+$/.test(value);
  if (!shared && custom === null && !plus && !legacy)
    return fail(
      'settings.tier',
      `"${value}" is no machine type of Cloud SQL: db-f1-micro, db-g1-small, db-custom-CPUS-MEMORY_MB or db-perf-optimized-N-CPUS`,
    );
  if (edition === 'ENTERPRISE_PLUS' && !plus)
    return fail('settings.tier', `${value} is not for edition ENTERPRISE_PLUS: give db-perf-optimized-N-CPUS`);
  if (edition === 'ENTERPRISE' && plus) return fail('settings.tier', `${value} needs edition ENTERPRISE_PLUS`);
  if (custom === null) return [];
  const cpus = Number(custom[1]);
  const memory = Number(custom[2]);
  if (cpus > 96 || (cpus !== 1 && cpus % 2 !== 0))
    return fail('settings.tier', `${cpus} CPUs: 1, or an even number up to 96`);
  if (memory % 256 !== 0 || memory < 3840)
    return fail('settings.tier', `${memory} MB: a multiple of 256, at least 3840`);
  return memory < cpus * 922 || memory > cpus * 6656
    ? fail('settings.tier', `${memory} MB for ${cpus} CPUs: 0.9 to 6.5 GB a CPU`)
    : [];
}

/** Whether backups are (or may be) on as high availability needs them. */
export function backups(inputs: ValueObject): boolean {
  const path = 'settings.backupConfiguration';
  const may = (name: string) => at(inputs, `${path}.${name}`) === true || at(inputs, `${path}.${name}`) === UNKNOWN;
  return may('enabled') && (may('pointInTimeRecoveryEnabled') || may('binaryLogEnabled'));
}

/** Whether the instance has any way in. */
export function reachable(inputs: ValueObject) {
  const path = 'settings.ipConfiguration';
  if (at(inputs, `${path}.ipv4Enabled`) !== false) return [];
  return lacks(inputs, `${path}.pscConfigs`) && lacks(inputs, `${path}.privateNetwork`)
    ? fail(path, 'at least one of ipv4Enabled, privateNetwork or pscConfigs must be on')
    : [];
}

// https://cloud.google.com/sql/docs/postgres/flags: names that a PostgreSQL instance refuses are mostly misspelt ones.
/** Database flags that are surely wrong. */
export function sqlFlags(inputs: ValueObject) {
  return list(inputs, 'settings.databaseFlags').flatMap((_, index) => {
    const name = text(inputs, `settings.databaseFlags[${index}].name`);
    const value = text(inputs, `settings.databaseFlags[${index}].value`);
    const path = `settings.databaseFlags[${index}]`;
    if (name === undefined) return [];
    if (!/^[a-z][a-z0-9_.]*$/.test(name)) return fail(`${path}.name`, `"${name}" is no flag`);
    const isSwitch = /^cloudsql\.(?:iam_authentication|enable_pgaudit|enable_pg_cron|logical_decoding)$/.test(name);
    if (isSwitch && value !== undefined && value !== 'on' && value !== 'off')
      return fail(`${path}.value`, `${name} is on or off, got ${value}`);
    return name.startsWith('cloudsql.') &&
      (text(inputs, 'databaseVersion') ?? '').startsWith('POSTGRES') &&
      /^cloudsql\.iam_auth(?!entication)/.test(name)
      ? fail(`${path}.name`, 'did you mean cloudsql.iam_authentication?')
      : [];
  });
}

/** The value, or undefined where making it was refused. */
export function safely<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

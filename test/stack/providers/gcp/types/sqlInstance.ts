import { cidr } from '../addresses';
import { lacks, isNot, conflicts, fail, has, labels, matches, on, text, when, within } from '../checks';
import { region } from '../places';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { peered } from './servicePeering';
import { backups, reachable, safely, sqlFlags, sqlTier } from './sqlChecks';
import { sqlOutputs } from './sqlOutputs';
import { NETWORK } from './tokens';

/** Cloud SQL instances. */
export const sqlInstance: Rules = {
  source: [
    'https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances',
    'https://cloud.google.com/sql/docs/postgres/high-availability',
    'terraform-provider-google services/sql/resource_sql_database_instance.go (v7)',
  ],
  id: (inputs) => text(inputs, 'name') ?? '',
  immutable: [
    'name',
    'project',
    'region',
    'encryptionKeyName',
    'masterInstanceName',
    'replicaConfiguration',
    'settings.collation',
    'settings.timeZone',
  ],
  // A disk only grows, and private IP cannot be taken away (customdiff.ForceNewIfChange).
  replacesWhen: {
    'settings.diskSize': (before, after) => typeof before === 'number' && typeof after === 'number' && after < before,
    'settings.ipConfiguration.privateNetwork': (before, after) =>
      typeof before === 'string' && before !== '' && before !== after,
  },
  defaults: {
    deletionProtection: true,
    'settings.activationPolicy': 'ALWAYS',
    'settings.availabilityType': 'ZONAL',
    'settings.diskAutoresize': true,
    'settings.diskAutoresizeLimit': 0,
    'settings.diskType': 'PD_SSD',
    'settings.pricingPlan': 'PER_USE',
    'settings.edition': 'ENTERPRISE',
    'settings.deletionProtectionEnabled': false,
    'settings.ipConfiguration.ipv4Enabled': true,
  },
  enums: {
    'settings.availabilityType': ['REGIONAL', 'ZONAL'],
    'settings.activationPolicy': ['ALWAYS', 'NEVER', 'ON_DEMAND'],
    'settings.diskType': ['PD_SSD', 'PD_HDD', 'HYPERDISK_BALANCED'],
    'settings.edition': ['ENTERPRISE', 'ENTERPRISE_PLUS'],
    'settings.pricingPlan': ['PER_USE', 'PACKAGE'],
    'settings.connectorEnforcement': ['NOT_REQUIRED', 'REQUIRED'],
    'settings.ipConfiguration.sslMode': [
      'ALLOW_UNENCRYPTED_AND_ENCRYPTED',
      'ENCRYPTED_ONLY',
      'TRUSTED_CLIENT_CERTIFICATE_REQUIRED',
    ],
    'settings.ipConfiguration.serverCaMode': [
      'CA_MODE_UNSPECIFIED',
      'GOOGLE_MANAGED_INTERNAL_CA',
      'GOOGLE_MANAGED_CAS_CA',
      'CUSTOMER_MANAGED_CAS_CA',
    ],
    'settings.maintenanceWindow.updateTrack': ['canary', 'stable', 'week5'],
    'settings.backupConfiguration.backupRetentionSettings.retentionUnit': ['COUNT'],
    'settings.passwordValidationPolicy.complexity': ['COMPLEXITY_DEFAULT', 'COMPLEXITY_UNSPECIFIED'],
    'settings.dataApiAccess': ['ALLOW_DATA_API', 'DISALLOW_DATA_API'],
    instanceType: ['CLOUD_SQL_INSTANCE', 'READ_REPLICA_INSTANCE', 'READ_POOL_INSTANCE', 'ON_PREMISES_INSTANCE'],
  },
  checks: [
    // https://cloud.google.com/sql/docs/postgres/instance-settings#instance-id-2ndgen: project and name together at most 97.
    matches(
      'name',
      /^[a-z](?:[a-z0-9-]{0,95}[a-z0-9])?$/,
      'lower-case letters, digits and hyphens, beginning with a letter; project and name at most 97 characters together',
    ),
    (inputs, scope) => {
      const name = text(inputs, 'name');
      const project = text(inputs, 'project') ?? safely(() => scope.project(inputs)) ?? '';
      return name !== undefined && project.length + name.length > 97
        ? fail(
            'name',
            `project and name are ${project.length + name.length} characters together, at most 97 are allowed`,
          )
        : [];
    },
    region('region'),
    labels('settings.userLabels'),
    matches(
      'databaseVersion',
      /^(?:POSTGRES_(?:9_6|1[0-8])|MYSQL_(?:5_6|5_7|8_0(?:_\d+)?|8_4)|SQLSERVER_20(?:17|19|22|25)_(?:STANDARD|ENTERPRISE|EXPRESS|WEB))$/,
      'a version such as POSTGRES_17',
    ),
    sqlTier,
    (inputs) =>
      text(inputs, 'settings.availabilityType') === 'REGIONAL' && !backups(inputs)
        ? fail(
            'settings.backupConfiguration',
            'availabilityType REGIONAL needs backups: enabled and (PostgreSQL) pointInTimeRecoveryEnabled, or (MySQL) binaryLogEnabled',
          )
        : [],
    when(
      (inputs) => on(inputs, 'settings.backupConfiguration.pointInTimeRecoveryEnabled'),
      (inputs) =>
        isNot(inputs, 'settings.backupConfiguration.enabled', true)
          ? fail('settings.backupConfiguration.enabled', 'must be true with pointInTimeRecoveryEnabled')
          : [],
      (inputs) =>
        (text(inputs, 'databaseVersion') ?? '').startsWith('MYSQL')
          ? fail(
              'settings.backupConfiguration.pointInTimeRecoveryEnabled',
              'is for PostgreSQL and SQL Server; MySQL has binaryLogEnabled',
            )
          : [],
    ),
    (inputs) =>
      on(inputs, 'settings.backupConfiguration.binaryLogEnabled') &&
      !(text(inputs, 'databaseVersion') ?? 'MYSQL').startsWith('MYSQL')
        ? fail('settings.backupConfiguration.binaryLogEnabled', 'is for MySQL')
        : [],
    within('settings.backupConfiguration.transactionLogRetentionDays', 1, 35),
    (inputs) =>
      isNot(inputs, 'settings.edition', 'ENTERPRISE_PLUS')
        ? within('settings.backupConfiguration.transactionLogRetentionDays', 1, 7)(inputs)
        : [],
    within('settings.backupConfiguration.backupRetentionSettings.retainedBackups', 1, 365),
    matches('settings.backupConfiguration.startTime', /^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:MM'),
    within('settings.diskSize', 10, 65536),
    within('settings.maintenanceWindow.day', 1, 7),
    within('settings.maintenanceWindow.hour', 0, 23),
    within('settings.insightsConfig.queryStringLength', 256, 4500),
    within('settings.insightsConfig.queryPlansPerMinute', 0, 20),
    cidr('settings.ipConfiguration.authorizedNetworks[*].value', 0, 32),
    reachable,
    (inputs) =>
      isNot(inputs, 'settings.edition', 'ENTERPRISE_PLUS') && on(inputs, 'settings.dataCacheConfig.dataCacheEnabled')
        ? fail('settings.dataCacheConfig.dataCacheEnabled', 'needs edition ENTERPRISE_PLUS')
        : [],
    (inputs) => sqlFlags(inputs),
    conflicts('rootPassword', 'rootPasswordWo'),
    (inputs) =>
      has(inputs, 'rootPasswordWo') && lacks(inputs, 'rootPasswordWoVersion')
        ? fail('rootPasswordWoVersion', 'is required with rootPasswordWo')
        : [],
    (inputs) =>
      lacks(inputs, 'settings') && lacks(inputs, 'clone')
        ? fail('settings', 'is required unless the instance is a clone')
        : [],
  ],
  needs: needing(
    ['settings.ipConfiguration.privateNetwork', NETWORK],
    ['encryptionKeyName', 'gcp:kms/cryptoKey:CryptoKey'],
  ),
  refusesCreate: (inputs, scope) => {
    const network = text(inputs, 'settings.ipConfiguration.privateNetwork');
    if (network === undefined) return undefined;
    const id = idOf(NETWORK, network, inputs, scope);
    return peered(id, scope)
      ? undefined
      : `googleapi: Error 400: Invalid request: Incorrect Service Networking config for instance: ${scope.project(inputs)}:${text(inputs, 'name') ?? ''}:SERVICE_NETWORKING_NOT_ENABLED., invalid`;
  },
  computed: sqlOutputs,
  protection: (state) =>
    state['deletionProtection'] === true
      ? 'Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion.'
      : on(state, 'settings.deletionProtectionEnabled')
        ? 'googleapi: Error 400: The instance is protected. Please disable the deletion protection and try again., invalid'
        : undefined,
  secretOutputs: ['serverCaCerts'],
};

/** Sizes and guarantees of the database. */
export interface DatabaseSize {
  /** Machine, such as db-custom-2-7680 (ENTERPRISE) or db-perf-optimized-N-2 (ENTERPRISE_PLUS). */
  tier: string;
  /** Defaults to ENTERPRISE. */
  edition?: 'ENTERPRISE' | 'ENTERPRISE_PLUS';
  /** Such as POSTGRES_17. */
  version: string;
  /** A standby in another zone that takes over. Doubles the cost. */
  highAvailability: boolean;
  /** Keeps the log, so that any second of the last week can be brought back. */
  pointInTimeRecovery: boolean;
  /** Disk to begin with, in GB. It grows by itself to ten times that. */
  diskGb: number;
  /** Daily backups kept. Defaults to 7. */
  backups?: number;
}

/** Flags: IAM login, and logs that tell who connected, what waited and what took longer than a second. */
const flags = {
  'cloudsql.iam_authentication': 'on',
  'cloudsql.enable_pgaudit': 'on',
  'pgaudit.log': 'ddl,role',
  log_connections: 'on',
  log_disconnections: 'on',
  log_lock_waits: 'on',
  log_min_duration_statement: '1000',
};

/** Settings of the instance, without network and labels. Throws when high availability lacks the backups it stands on. */
export function databaseSettings(size: DatabaseSize, region: string, protect: boolean) {
  if (size.highAvailability && !size.pointInTimeRecovery)
    throw new Error('[pointInTimeRecovery] must be on with highAvailability: Cloud SQL asks for it');
  return {
    tier: size.tier,
    edition: size.edition ?? 'ENTERPRISE',
    availabilityType: size.highAvailability ? 'REGIONAL' : 'ZONAL',
    diskType: 'PD_SSD',
    diskAutoresize: true,
    diskSize: size.diskGb,
    diskAutoresizeLimit: size.diskGb * 10,
    deletionProtectionEnabled: protect,
    retainBackupsOnDelete: protect,
    databaseFlags: Object.entries(flags).map(([name, value]) => ({ name, value })),
    backupConfiguration: {
      enabled: true,
      startTime: '02:00',
      location: region,
      pointInTimeRecoveryEnabled: size.pointInTimeRecovery,
      ...(size.pointInTimeRecovery && { transactionLogRetentionDays: 7 }),
      backupRetentionSettings: { retainedBackups: size.backups ?? 7, retentionUnit: 'COUNT' },
    },
    insightsConfig: {
      queryInsightsEnabled: true,
      queryPlansPerMinute: 5,
      queryStringLength: 1024,
      recordApplicationTags: true,
      recordClientAddress: false,
    },
  };
}

/** No address at all but an endpoint of Private Service Connect, and nothing unencrypted through it. */
export function databaseAccess(project: string) {
  return {
    ipv4Enabled: false,
    sslMode: 'ENCRYPTED_ONLY',
    serverCaMode: 'GOOGLE_MANAGED_CAS_CA',
    pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: [project] }],
  };
}

/** PostgreSQL user of a Google service account: Cloud SQL cuts the common end of its e-mail. */
export function iamUser(email: string): string {
  return email.replace('.gserviceaccount.com', '');
}

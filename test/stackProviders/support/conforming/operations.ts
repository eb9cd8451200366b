import { CLUSTER, NETWORK, NOTE, PROJECT, type Entry } from './places';

export const operationsEntries: readonly Entry[] = [
  [
    'gcp:monitoring/notificationChannel:NotificationChannel',
    { displayName: 'On call', type: 'email', labels: { email_address: 'oncall@example.com' } },
  ],
  [
    'gcp:monitoring/alertPolicy:AlertPolicy',
    {
      displayName: 'Queue is not drained',
      combiner: 'OR',
      severity: 'CRITICAL',
      conditions: [
        {
          displayName: 'waiting',
          conditionPrometheusQueryLanguage: {
            query: 'max(task_queue_depth) > 100',
            duration: '300s',
            evaluationInterval: '30s',
          },
        },
      ],
      alertStrategy: { autoClose: '1800s' },
    },
  ],
  [
    'gcp:monitoring/dashboard:Dashboard',
    { dashboardJson: JSON.stringify({ displayName: 'Factory', gridLayout: { widgets: [] } }) },
  ],
  [
    'gcp:billing/budget:Budget',
    {
      billingAccount: '000000-0000AA-AAAAAA',
      displayName: 'Factory',
      amount: { specifiedAmount: { currencyCode: 'USD', units: '500' } },
      budgetFilter: { projects: ['projects/123456789012'], calendarPeriod: 'MONTH' },
      thresholdRules: [{ thresholdPercent: 0.9 }],
    },
  ],
  [
    'gcp:containeranalysis/note:Note',
    { name: 'built', attestationAuthority: { hint: { humanReadableName: 'Built by the pipeline' } } },
  ],
  [
    'gcp:binaryauthorization/attestor:Attestor',
    {
      name: 'built',
      attestationAuthorityNote: { noteReference: NOTE, publicKeys: [{ asciiArmoredPgpPublicKey: 'key' }] },
    },
  ],
  [
    'gcp:binaryauthorization/policy:Policy',
    {
      defaultAdmissionRule: {
        evaluationMode: 'REQUIRE_ATTESTATION',
        enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG',
        requireAttestationsBies: [`projects/${PROJECT}/attestors/built`],
      },
    },
  ],
  [
    'gcp:gkebackup/backupPlan:BackupPlan',
    {
      name: 'daily',
      location: 'europe-west4',
      cluster: CLUSTER,
      backupConfig: { allNamespaces: true, includeSecrets: true },
      backupSchedule: { cronSchedule: '0 3 * * *' },
      retentionPolicy: { backupDeleteLockDays: 1, backupRetainDays: 14 },
    },
  ],
  ['gcp:certificatemanager/dnsAuthorization:DnsAuthorization', { name: 'factory', domain: 'factory.example.com' }],
  [
    'gcp:certificatemanager/certificate:Certificate',
    {
      name: 'factory',
      managed: {
        domains: ['*.factory.example.com'],
        dnsAuthorizations: [`projects/${PROJECT}/locations/global/dnsAuthorizations/factory`],
      },
    },
  ],
  ['gcp:certificatemanager/certificateMap:CertificateMap', { name: 'factory' }],
  [
    'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry',
    {
      name: 'factory',
      map: 'factory',
      hostname: 'factory.example.com',
      certificates: [`projects/${PROJECT}/locations/global/certificates/factory`],
    },
  ],
  [
    'gcp:filestore/instance:Instance',
    {
      name: 'models',
      location: 'europe-west4-a',
      tier: 'ZONAL',
      fileShares: { name: 'models', capacityGb: 1024 },
      networks: [{ network: 'factory', modes: ['MODE_IPV4'] }],
    },
  ],
  [
    'gcp:dns/managedZone:ManagedZone',
    {
      name: 'factory',
      dnsName: 'factory.example.com.',
      visibility: 'private',
      privateVisibilityConfig: { networks: [{ networkUrl: NETWORK }] },
    },
  ],
  [
    'gcp:dns/recordSet:RecordSet',
    { name: 'api.factory.example.com.', managedZone: 'factory', type: 'A', ttl: 300, rrdatas: ['10.0.0.5'] },
  ],
];

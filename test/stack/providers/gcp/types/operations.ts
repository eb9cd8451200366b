import type { Rules } from '../rules';
import { alertPolicy, channel, CHANNEL } from './alerting';
import { backupPlan } from './backupPlan';
import { budget } from './budget';
import { certificate, certificateMap, dnsAuthorization, mapEntry } from './certificates';
import { dashboard } from './dashboard';
import { managedZone, recordSet } from './dns';
import { TOPIC, ZONE } from './tokens';
import { topic } from './topic';

/** What is watched, paid for, backed up and found by name. */
export const operationsRules: Readonly<Record<string, Rules>> = {
  'gcp:monitoring/alertPolicy:AlertPolicy': alertPolicy,
  [CHANNEL]: channel,
  'gcp:monitoring/dashboard:Dashboard': dashboard,
  'gcp:billing/budget:Budget': budget,
  [TOPIC]: topic,
  'gcp:gkebackup/backupPlan:BackupPlan': backupPlan,
  [ZONE]: managedZone,
  'gcp:dns/recordSet:RecordSet': recordSet,
  'gcp:certificatemanager/certificate:Certificate': certificate,
  'gcp:certificatemanager/certificateMap:CertificateMap': certificateMap,
  'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry': mapEntry,
  'gcp:certificatemanager/dnsAuthorization:DnsAuthorization': dnsAuthorization,
};

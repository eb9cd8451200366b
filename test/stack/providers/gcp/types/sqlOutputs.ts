import { at, type ValueObject } from '../../shared/values';
import { has, list, on, text } from '../checks';
import { stable } from '../outputs';
import type { Scope } from '../rules';
import { digits } from '../scope';

/** What Cloud SQL makes up for an instance. */
export function sqlOutputs(inputs: ValueObject, scope: Scope): ValueObject {
  const name = text(inputs, 'name') ?? '';
  const project = scope.project(inputs);
  const place = scope.region(inputs);
  const id = `${project}:${place}:${name}`;
  const number = Number(digits(id, 6));
  const isPublic = at(inputs, 'settings.ipConfiguration.ipv4Enabled') !== false;
  const isPrivate = has(inputs, 'settings.ipConfiguration.privateNetwork');
  const hasPsc = list(inputs, 'settings.ipConfiguration.pscConfigs').some((_, index) =>
    on(inputs, `settings.ipConfiguration.pscConfigs[${index}].pscEnabled`),
  );
  const privateAddress = isPrivate ? `10.${64 + (number % 100)}.${(number >> 4) % 256}.3` : '';
  const publicAddress = isPublic ? `35.${200 + (number % 40)}.${(number >> 3) % 256}.${1 + (number % 250)}` : '';
  const addresses = [
    ...(isPublic ? [{ ipAddress: publicAddress, type: 'PRIMARY', timeToRetire: '' }] : []),
    ...(isPrivate ? [{ ipAddress: privateAddress, type: 'PRIVATE', timeToRetire: '' }] : []),
  ];
  const instanceId = stable(id, 12);
  return {
    region: place,
    connectionName: id,
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${name}`,
    privateIpAddress: privateAddress,
    publicIpAddress: publicAddress,
    firstIpAddress: isPublic ? publicAddress : privateAddress,
    ipAddresses: addresses,
    pscServiceAttachmentLink: hasPsc
      ? `https://www.googleapis.com/compute/v1/projects/${stable(project, 10)}-tp/regions/${place}/serviceAttachments/a-${instanceId}-psc-service-attachment-${stable(id, 16)}`
      : '',
    dnsName: hasPsc ? `${instanceId}.${stable(project, 12)}.${place}.sql.goog.` : '',
    dnsNames: hasPsc
      ? [
          {
            name: `${instanceId}.${stable(project, 12)}.${place}.sql.goog.`,
            connectionType: 'PRIVATE_SERVICE_CONNECT',
            dnsScope: 'INSTANCE',
          },
        ]
      : [],
    serviceAccountEmailAddress: `p${scope.numberOf(project)}-${stable(id, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    serverCaCerts: [
      {
        cert: `-----BEGIN CERTIFICATE-----\n${stable(`ca ${id}`, 64)}\n-----END CERTIFICATE-----`,
        commonName: 'C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA',
        createTime: '2026-01-01T00:00:00Z',
        expirationTime: '2036-01-01T00:00:00Z',
        sha1Fingerprint: stable(id, 40),
      },
    ],
    instanceType: 'CLOUD_SQL_INSTANCE',
    maintenanceVersion: `${text(inputs, 'databaseVersion') ?? ''}.R20260601.01_00`,
    settings: { version: 1, diskSize: 10, locationPreference: { zone: `${place}-a` } },
  };
}

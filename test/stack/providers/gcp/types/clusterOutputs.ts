import type { ValueObject } from '../../shared/values';
import { addressIn, parseNetwork } from '../addresses';
import { amount, has, on, text } from '../checks';
import { stable } from '../outputs';
import { isZone, regionOfPlace, zonesOf } from '../places';
import { idOf, lastOf } from '../references';
import type { Scope } from '../rules';
import { digits } from '../scope';
import { CLUSTER } from './tokens';
import { SUBNETWORK } from './tokens';

/** What GKE makes up for a cluster. */
export function clusterOutputs(inputs: ValueObject, scope: Scope): ValueObject {
  const id = idOf(CLUSTER, text(inputs, 'name') ?? '', inputs, scope);
  const place = scope.location(inputs);
  const project = scope.project(inputs);
  const own = Number(digits(id, 6));
  const publicAddress = `34.${130 + (own % 60)}.${(own >> 3) % 256}.${1 + (own % 250)}`;
  const masters = parseNetwork(text(inputs, 'privateClusterConfig.masterIpv4CidrBlock') ?? '10.127.0.0/28');
  const privateAddress = masters === undefined ? '10.127.0.2' : addressIn(masters, 2);
  const isPrivate = on(inputs, 'privateClusterConfig.enablePrivateEndpoint');
  const version = text(inputs, 'minMasterVersion') ?? '1.37.1-gke.1085000';
  const full = /-gke\./.test(version) ? version : `${version.split('.').slice(0, 2).join('.')}.1-gke.1085000`;
  const certificate = Buffer.from(
    `-----BEGIN CERTIFICATE-----\n${stable(`ca ${id}`, 64)}\n-----END CERTIFICATE-----\n`,
  ).toString('base64');
  return {
    selfLink: `https://container.googleapis.com/v1/${id}`,
    endpoint: isPrivate ? privateAddress : publicAddress,
    masterVersion: full,
    nodeVersion: full,
    location: place,
    nodeLocations: isZone(place) ? [] : zonesOf(place).slice(0, 3),
    networkingMode: 'VPC_NATIVE',
    datapathProvider: on(inputs, 'enableAutopilot') ? 'ADVANCED_DATAPATH' : 'LEGACY_DATAPATH',
    clusterIpv4Cidr: text(inputs, 'ipAllocationPolicy.clusterIpv4CidrBlock') ?? '10.128.0.0/14',
    servicesIpv4Cidr: text(inputs, 'ipAllocationPolicy.servicesIpv4CidrBlock') ?? '34.118.224.0/20',
    defaultMaxPodsPerNode: 110,
    loggingService: 'logging.googleapis.com/kubernetes',
    monitoringService: 'monitoring.googleapis.com/kubernetes',
    masterAuth: {
      clusterCaCertificate: certificate,
      clientCertificate: '',
      clientKey: '',
      clientCertificateConfig: { issueClientCertificate: false },
    },
    privateClusterConfig: {
      privateEndpoint: privateAddress,
      publicEndpoint: isPrivate ? '' : publicAddress,
      peeringName: '',
      enablePrivateEndpoint: isPrivate,
    },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: {
        endpoint: `gke-${stable(id, 32)}-${digits(project, 12)}.${regionOfPlace(place)}.gke.goog`,
        allowExternalTraffic: false,
      },
      ipEndpointsConfig: { enabled: true },
    },
    releaseChannel: { channel: 'REGULAR' },
    subnetwork: idOf(
      SUBNETWORK,
      text(inputs, 'subnetwork') ?? lastOf(text(inputs, 'network') ?? 'default'),
      inputs,
      scope,
    ),
    ...(has(inputs, 'nodePools') || on(inputs, 'removeDefaultNodePool')
      ? {}
      : { nodePools: [{ name: 'default-pool', nodeCount: amount(inputs, 'initialNodeCount') ?? 0 }] }),
  };
}

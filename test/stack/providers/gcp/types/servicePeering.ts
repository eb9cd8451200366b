import { at } from '../../shared/values';
import { fail, list, matches, text } from '../checks';
import { idOf, needing, relative } from '../references';
import type { Rules, Scope } from '../rules';
import { CONNECTION, NETWORK, REDIS } from './tokens';

/** Private services access: the peering with the network of the services. */
export const connection: Rules = {
  source: [
    'https://cloud.google.com/service-infrastructure/docs/service-networking/reference/rest/v1/services.connections',
    'terraform-provider-google resource_service_networking_connection.go',
  ],
  id: (inputs, scope) =>
    `${encodeURIComponent(idOf(NETWORK, text(inputs, 'network') ?? '', inputs, scope))}:${text(inputs, 'service') ?? ''}`,
  immutable: ['network', 'service'],
  enums: { deletionPolicy: ['ABANDON', 'DELETE', 'PREVENT'] },
  checks: [
    matches('service', /^[a-z0-9.-]+\.googleapis\.com$/, 'a service such as servicenetworking.googleapis.com'),
    (inputs) =>
      Array.isArray(at(inputs, 'reservedPeeringRanges')) && list(inputs, 'reservedPeeringRanges').length === 0
        ? fail('reservedPeeringRanges', 'must name at least one range')
        : [],
  ],
  needs: (inputs, scope) => [
    ...needing(['network', NETWORK])(inputs, scope),
    ...list(inputs, 'reservedPeeringRanges').flatMap((_, index) =>
      needing([`reservedPeeringRanges[${index}]`, 'gcp:compute/globalAddress:GlobalAddress'])(inputs, scope),
    ),
  ],
  computed: () => ({ peering: 'servicenetworking-googleapis-com' }),
  // terraform-provider-google#16275, pulumi-gcp#3354: the producer still holds the peering.
  heldBy: (thing, scope) => {
    const network = decodeURIComponent(thing.id.split(':')[0] ?? '');
    return [
      ...scope.store
        .list(REDIS)
        .filter(
          (user) =>
            text(user.properties, 'connectMode') === 'PRIVATE_SERVICE_ACCESS' &&
            relative(text(user.properties, 'authorizedNetwork') ?? '') === network,
        ),
      ...scope.store
        .list('gcp:sql/databaseInstance:DatabaseInstance')
        .filter((user) => relative(text(user.properties, 'settings.ipConfiguration.privateNetwork') ?? '') === network),
    ].map((user) => user.id);
  },
};

/** Whether the network has private services access. */
export function peered(network: string, scope: Scope): boolean {
  return scope.store.get(CONNECTION, `${encodeURIComponent(network)}:servicenetworking.googleapis.com`) !== undefined;
}

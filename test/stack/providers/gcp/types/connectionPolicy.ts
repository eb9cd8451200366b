import { at, matching, type ValueObject } from '../../shared/values';
import { fail, has, labels, list, matches, name1035, text } from '../checks';
import { regionOr } from '../places';
import { idOf, needing, partAfter, relative } from '../references';
import type { Rules, Scope } from '../rules';
import { NETWORK, POLICY, REDIS_CLUSTER, SUBNETWORK, VALKEY } from './tokens';

/** Which subnetworks a service may put its endpoints in. */
export const policy: Rules = {
  source: [
    'https://cloud.google.com/vpc/docs/configure-service-connection-policies',
    'magic-modules mmv1/products/networkconnectivity/ServiceConnectionPolicies.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? ''}/serviceConnectionPolicies/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'location', 'serviceClass', 'network'],
  checks: [
    name1035('name'),
    regionOr('location'),
    labels('labels'),
    // Classes of Google's services: https://cloud.google.com/vpc/docs/about-service-connection-policies#service-policies
    (inputs) => {
      const known = [
        'gcp-memorystore',
        'gcp-memorystore-redis',
        'google-cloud-sql',
        'gcp-vertexai',
        'gcp-alloydb',
        'gcp-elastic-cloud',
        'gcp-databricks',
      ];
      const value = text(inputs, 'serviceClass');
      if (value === undefined || known.includes(value) || !/^(?:gcp|google)-/.test(value)) return [];
      return fail('serviceClass', `"${value}" is no service class of Google: ${known.join(', ')}`);
    },
    (inputs) =>
      has(inputs, 'pscConfig') &&
      list(inputs, 'pscConfig.subnetworks').length === 0 &&
      Array.isArray(at(inputs, 'pscConfig.subnetworks'))
        ? fail('pscConfig.subnetworks', 'must name at least one subnetwork')
        : [],
    matches('pscConfig.limit', /^\d+$/, 'a number as text'),
    matches(
      'network',
      /^(?:https:\/\/.*\/)?projects\/[^/]+\/global\/networks\/[^/]+$/,
      'the full id: projects/{project}/global/networks/{network}',
    ),
    (inputs) => {
      const place = text(inputs, 'location');
      return matching(inputs, 'pscConfig.subnetworks[*]').flatMap(({ path, value }) => {
        const own = typeof value === 'string' ? partAfter(value, 'regions') : undefined;
        return own !== undefined && place !== undefined && own !== place
          ? fail(path, `the subnetwork is in ${own}, the policy in ${place}`)
          : [];
      });
    },
  ],
  needs: (inputs, scope) => [
    ...needing(['network', NETWORK])(inputs, scope),
    ...list(inputs, 'pscConfig.subnetworks').flatMap((_, index) =>
      needing([`pscConfig.subnetworks[${index}]`, SUBNETWORK])(inputs, scope),
    ),
  ],
  refusesCreate: (inputs, scope) => {
    const network = relative(text(inputs, 'network') ?? '');
    const other = scope.store
      .list(POLICY)
      .find(
        (thing) =>
          relative(text(thing.properties, 'network') ?? '') === network &&
          text(thing.properties, 'location') === text(inputs, 'location') &&
          text(thing.properties, 'serviceClass') === text(inputs, 'serviceClass'),
      );
    return (
      other &&
      `googleapi: Error 409: a policy for this network, location and service class exists: ${other.id}, alreadyExists`
    );
  },
  computed: () => ({ infrastructure: 'PSC' }),
  heldBy: (thing, scope) => {
    const users =
      text(thing.properties, 'serviceClass') === 'gcp-memorystore'
        ? scope.store.list(VALKEY)
        : text(thing.properties, 'serviceClass') === 'gcp-memorystore-redis'
          ? scope.store.list(REDIS_CLUSTER)
          : [];
    const network = relative(text(thing.properties, 'network') ?? '');
    return users
      .filter((user) =>
        ['desiredAutoCreatedEndpoints[*].network', 'pscConfigs[*].network'].some((pattern) =>
          matching(user.properties, pattern).some(({ value }) => value === network),
        ),
      )
      .map((user) => user.id);
  },
};

/** The refusal of a store whose network has no connection policy for its class. */
export function noPolicy(
  networks: readonly { readonly value: unknown }[],
  serviceClass: string,
  location: string,
  inputs: ValueObject,
  scope: Scope,
): string | undefined {
  const policies = scope.store.list(POLICY);
  const lacking = networks.find(
    ({ value }) =>
      typeof value === 'string' &&
      !policies.some(
        (thing) =>
          relative(text(thing.properties, 'network') ?? '') === idOf(NETWORK, value, inputs, scope) &&
          text(thing.properties, 'serviceClass') === serviceClass &&
          text(thing.properties, 'location') === location,
      ),
  );
  return (
    lacking &&
    `googleapi: Error 400: no ServiceConnectionPolicy for service class ${serviceClass} in network ${String(lacking.value)} and region ${location}: make it first, failedPrecondition`
  );
}

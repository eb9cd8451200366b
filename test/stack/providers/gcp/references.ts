import type { ValueObject } from '../shared/values';
import { text } from './checks';
import type { Need, Scope } from './rules';

/** A reference without its host and API version: `https://www.googleapis.com/compute/v1/projects/p/…` → `projects/p/…`. */
export function relative(reference: string): string {
  return reference.replace(/^(?:https?:)?\/\/[^/]+\//, '').replace(/^(?:compute\/)?(?:v\d\w*|beta)\//, '');
}

/** The last part of a reference. */
export function lastOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The part after `key/` in a reference: `partAfter('projects/p/regions/r', 'regions')` is `r`. */
export function partAfter(reference: string, key: string): string | undefined {
  return new RegExp(`(?:^|/)${key}/([^/]+)`).exec(reference)?.[1];
}

/** The selfLink of a Compute Engine resource. */
export function computeLink(id: string): string {
  return `https://www.googleapis.com/compute/v1/${id}`;
}

type Ids = (name: string, inputs: ValueObject, scope: Scope) => string;

const IDS: Readonly<Record<string, Ids>> = {
  'gcp:compute/network:Network': (name, inputs, scope) => `projects/${scope.project(inputs)}/global/networks/${name}`,
  'gcp:compute/subnetwork:Subnetwork': (name, inputs, scope) => {
    const region = regionOf(inputs, scope);
    return `projects/${scope.project(inputs)}/regions/${region}/subnetworks/${name}`;
  },
  'gcp:compute/router:Router': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/regions/${scope.region(inputs)}/routers/${name}`,
  'gcp:compute/address:Address': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/regions/${scope.region(inputs)}/addresses/${name}`,
  'gcp:compute/globalAddress:GlobalAddress': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/global/addresses/${name}`,
  'gcp:compute/forwardingRule:ForwardingRule': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/regions/${scope.region(inputs)}/forwardingRules/${name}`,
  'gcp:container/cluster:Cluster': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${scope.location(inputs)}/clusters/${name}`,
  'gcp:sql/databaseInstance:DatabaseInstance': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/instances/${name}`,
  'gcp:secretmanager/secret:Secret': (name, inputs, scope) => `projects/${scope.project(inputs)}/secrets/${name}`,
  'gcp:pubsub/topic:Topic': (name, inputs, scope) => `projects/${scope.project(inputs)}/topics/${name}`,
  'gcp:kms/keyRing:KeyRing': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${scope.location(inputs)}/keyRings/${name}`,
  'gcp:kms/cryptoKey:CryptoKey': (name) => name,
  'gcp:storage/bucket:Bucket': (name) => name.replace(/^b\//, ''),
  'gcp:artifactregistry/repository:Repository': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${scope.location(inputs)}/repositories/${name}`,
  'gcp:dns/managedZone:ManagedZone': (name, inputs, scope) => `projects/${scope.project(inputs)}/managedZones/${name}`,
  'gcp:containeranalysis/note:Note': (name, inputs, scope) => `projects/${scope.project(inputs)}/notes/${name}`,
  'gcp:binaryauthorization/attestor:Attestor': (name, inputs, scope) =>
    `projects/${scope.project(inputs)}/attestors/${name}`,
};

function regionOf(inputs: ValueObject, scope: Scope): string {
  const location = text(inputs, 'location');
  return location === undefined ? scope.region(inputs) : location.replace(/-[a-z]$/, '');
}

/** The id that a reference (name, id or link) to a thing of that type means. */
export function idOf(type: string, reference: string, inputs: ValueObject, scope: Scope): string {
  const plain = relative(reference);
  return plain.startsWith('projects/') ? plain : (IDS[type] ?? ((name: string) => name))(plain, inputs, scope);
}

/** The needs that inputs of a type have by the named paths; a path that is absent or unknown needs nothing. */
export function needing(...references: readonly (readonly [path: string, type: string])[]) {
  return (inputs: ValueObject, scope: Scope): Need[] =>
    references.flatMap(([path, type]) => {
      const reference = text(inputs, path);
      // Every project has a network "default" unless someone removed it.
      if (reference === undefined || reference === '' || (reference === 'default' && type.includes('etwork')))
        return [];
      return [{ type, id: idOf(type, reference, inputs, scope), path }];
    });
}

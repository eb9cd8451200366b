import { expect, oneOf } from '../judge/expect';
import type { Finding, Resource, ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

/** What keeps state, and the properties by which the cloud itself refuses to delete it. */
const kept: Readonly<
  Record<string, readonly (readonly [path: string, ...accepted: (boolean | 'PREVENT' | undefined)[]])[]>
> = {
  [gcp.cluster]: [['deletionProtection', true]],
  [gcp.sql]: [
    ['deletionProtection', true],
    ['settings.deletionProtectionEnabled', true],
  ],
  [gcp.redis]: [['deletionProtection', true]],
  [gcp.valkey]: [['deletionProtectionEnabled', true]],
  [gcp.key]: [['deletionPolicy', 'PREVENT']],
  [gcp.bucket]: [['forceDestroy', false, undefined]],
};

export const rule: ResourceRule = {
  name: 'gcp-state-deletion-protection',
  description: 'Let neither Pulumi nor the cloud delete what keeps state',
  level: 'mandatory',
  source: 'Agent Factory',
  environments: ['prod'],
  appliesTo: (type) => Object.hasOwn(kept, type),
  judge: (resource) => [...inTheCloud(resource), ...inPulumi(resource)],
};

function inTheCloud({ type, props }: Resource): Finding[] {
  return (kept[type] ?? []).flatMap(([path, ...accepted]) =>
    expect(props, path, oneOf(...accepted), `set ${accepted[0]}`),
  );
}

function inPulumi({ protect }: Resource): Finding[] {
  return protect ? [] : [{ path: 'protect', fault: 'is not set: set the resource option protect' }];
}

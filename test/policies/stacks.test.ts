import { hardening } from '../../infra/policies/hardening';
import { rules } from '../../infra/policies/rules';
import type { Resource } from '../../infra/policies/judge/rule';
import { buildCloud } from '../components/cloud';
import { recordFactory } from '../components/cluster/factory';
import { existing, gke } from '../components/cluster/fixtures';
import { clusterRows } from '../components/hardening/clusterRows';
import { nodeRows } from '../components/hardening/nodeRows';
import { serviceRows } from '../components/hardening/serviceRows';
import { recordCloud } from '../components/recordCloud';
import { Recording, type Recorded } from '../support/pulumi/recorder';
import { judged, resourcesOf } from './judged';

const stacks: Readonly<Record<string, () => Promise<Resource[]>>> = {
  'the cloud half of dev': async () =>
    resourcesOf((await recordCloud(() => buildCloud('dev'), { stack: 'dev' })).recording, 'dev'),
  'the cloud half of prod': async () =>
    resourcesOf((await recordCloud(() => buildCloud('prod'), { stack: 'prod' })).recording, 'prod'),
  'the factory on GKE': async () =>
    resourcesOf((await recordFactory({ platform: gke, exposure: 'external' })).recording, 'prod'),
  'the factory on GKE with its own metric': async () =>
    resourcesOf((await recordFactory({ platform: gke, backend: 'gke' })).recording, 'prod'),
  'the factory with KEDA, in a cluster that is there': async () =>
    resourcesOf(
      (await recordFactory({ platform: existing, backend: 'keda', exposure: 'internal', dispatcher: { modelKeys } }))
        .recording,
      'dev',
    ),
};
const modelKeys = { kind: 'values', values: { claude: 'sk-model-key-that-nobody-may-see' } } as const;

describe.each(Object.entries(stacks))('%s', (_, build) => {
  it('keeps every rule', async () => {
    const resources = await build();
    const said = rules
      .filter(({ level }) => level === 'mandatory')
      .flatMap((rule) => judged(rule, resources).map((finding) => `${rule.name}: ${finding}`));
    expect(said).toEqual([]);
  });
});

/** Rows that rules alone can judge: the secrecy of a value does not reach the pack. */
const rows = [...clusterRows, ...nodeRows, ...serviceRows].filter(
  ({ row }) => hardening.find((entry) => entry.row === row)?.tests === undefined,
);

describe('what breaks a row of the hardening list', () => {
  let recording: Recording;
  let resources: Resource[];
  beforeAll(async () => {
    ({ recording } = await recordCloud(() => buildCloud('prod'), { stack: 'prod' }));
    resources = resourcesOf(recording, 'prod');
  });

  it.each(rows.map((row) => [row.row, row.control, row] as const))(
    'row %d, %s: is seen by its rules',
    (number, _, row) => {
      const broken = new Map<string, Recorded>();
      row.plant((type, name) => {
        const original = name === undefined ? recording.of(type).at(-1) : recording.one(type, name);
        if (original === undefined) return {};
        const copy = broken.get(original.urn) ?? structuredClone(original);
        broken.set(original.urn, copy);
        return copy.inputs;
      });
      const changed = resourcesOf(new Recording([...broken.values()]), 'prod');
      const stack = resources.map((resource) => changed.find(({ urn }) => urn === resource.urn) ?? resource);
      const names = hardening.find((entry) => entry.row === number)?.rules ?? [];
      const said = rules.filter(({ name }) => names.includes(name)).flatMap((rule) => judged(rule, stack));
      expect(said).not.toEqual([]);
    },
  );
});

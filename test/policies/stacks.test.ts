import { rules } from '../../infra/policies/rules';
import type { Resource } from '../../infra/policies/judge/rule';
import { buildCloud } from '../components/cloud';
import { recordFactory } from '../components/cluster/factory';
import { existing, gke } from '../components/cluster/fixtures';
import { recordCloud } from '../components/recordCloud';
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

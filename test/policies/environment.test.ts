import { environmentOf } from '../../infra/policies/judge/environment';
import { rule as releaseChannel } from '../../infra/policies/rules/gke-cluster-release-channel';
import { goodCluster } from './examples/cluster';
import { changed } from './examples/example';
import { judged, resource } from './judged';

const urn = (stack: string): string =>
  `urn:pulumi:${stack}::agent-factory::pulumi:pulumi:Stack::agent-factory-${stack}`;

it.each([
  [{ configured: 'dev', stackConfig: 'prod', urn: urn('prod') }, 'dev'],
  [{ stackConfig: 'staging', tag: 'dev', urn: urn('prod') }, 'staging'],
  [{ tag: 'dev', label: 'prod', urn: urn('prod') }, 'dev'],
  [{ label: 'staging', urn: urn('dev') }, 'staging'],
  [{ urn: urn('dev') }, 'dev'],
  [{ urn: urn('acme-staging-2') }, 'staging'],
  [{ urn: urn('production') }, 'prod'],
  [{ urn: urn('review-17') }, 'prod'],
  [{ stackConfig: 'nonsense', label: 7, urn: urn('dev') }, 'dev'],
])('tells the environment of %j: %s', (facts, environment) => {
  expect(environmentOf(facts)).toBe(environment);
});

it('lets dev take versions early, and nobody else', () => {
  const props = changed(goodCluster, 'releaseChannel.channel', 'RAPID');
  const on = (environment: 'dev' | 'staging') =>
    judged(releaseChannel, [resource('gcp:container/cluster:Cluster', props, { environment })]);
  expect(on('dev')).toEqual([]);
  expect(on('staging')).toHaveLength(1);
});

import * as core from '@pulumi/kubernetes/core/v1';
import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';

// A team's stack: its programs in the same cluster find the factory by a ConfigMap and a Secret of their own namespace.
const factory = new pulumi.StackReference(new pulumi.Config().require('factory'));
const cluster = new Provider('factory-cluster', {
  kubeconfig: factory.requireOutput('kubeconfig'),
  clusterIdentifier: factory.requireOutput('clusterName'),
});
const namespace = new core.Namespace('team', { metadata: { name: 'team' } }, { provider: cluster });
const inTeam = { provider: cluster, parent: namespace };

new core.ConfigMap(
  'factory',
  {
    metadata: { name: 'factory', namespace: namespace.metadata.name },
    data: { FACTORY_URL: factory.requireOutput('apiUrl') },
  },
  inTeam,
);
new core.Secret(
  'factory-token',
  {
    metadata: { name: 'factory-token', namespace: namespace.metadata.name },
    stringData: {
      FACTORY_TOKEN: factory
        .requireOutput('tokens')
        .apply((tokens: Record<string, string>) => tokens['operator'] ?? ''),
    },
  },
  inTeam,
);

export const factoryUrl = factory.requireOutput('apiUrl');
export const agentTypes = factory.requireOutput('agentTypes');

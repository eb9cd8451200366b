import { expect } from '../judge/expect';
import { nodeConfigs, nodeTypes } from '../judge/nodes';
import type { ResourceRule } from '../judge/rule';
import { text, type Value } from '../judge/value';

export const rule: ResourceRule = {
  name: 'gke-nodes-service-account',
  description: 'Run nodes as a service account of their own, not as Compute Engine’s, which may edit the project',
  level: 'mandatory',
  source: 'CIS GKE 5.2.1',
  appliesTo: nodeTypes,
  judge: (resource) =>
    nodeConfigs(resource).flatMap(({ path, config }) =>
      expect(
        config,
        'serviceAccount',
        ownAccount,
        'name an account with roles/container.defaultNodeServiceAccount',
        path,
      ),
    ),
};

function ownAccount(value: Value): boolean {
  const account = text(value);
  return account !== '' && account !== 'default' && !account.endsWith('-compute@developer.gserviceaccount.com');
}

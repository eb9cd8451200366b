import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-release-channel',
  description: 'Take versions from a release channel; RAPID carries no service level and is for dev',
  level: 'mandatory',
  source: 'CIS GKE 5.5.4',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props, environment }) =>
    environment === 'dev'
      ? expect(props, 'releaseChannel.channel', oneOf('RAPID', 'REGULAR', 'STABLE', 'EXTENDED'), 'set REGULAR')
      : expect(props, 'releaseChannel.channel', oneOf('REGULAR', 'STABLE', 'EXTENDED'), 'set REGULAR or STABLE'),
};

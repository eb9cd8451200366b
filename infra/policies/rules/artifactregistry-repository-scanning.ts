import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'artifactregistry-repository-scanning',
  description: 'Have images scanned for known vulnerabilities',
  level: 'mandatory',
  source: 'CIS GKE 5.1.1',
  environments: ['staging', 'prod'],
  appliesTo: forTypes(gcp.repository),
  judge: ({ props }) =>
    expect(
      props,
      'vulnerabilityScanningConfig.enablementConfig',
      oneOf('INHERITED', undefined),
      'leave it out or set INHERITED',
    ),
};

import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'sql-instance-private',
  description: 'Give the database no public address',
  level: 'mandatory',
  source: 'CIS GCP 6.6',
  appliesTo: forTypes(gcp.sql),
  judge: ({ props }) =>
    expect(
      props,
      'settings.ipConfiguration.ipv4Enabled',
      oneOf(false),
      'set false and reach it by Private Service Connect',
    ),
};

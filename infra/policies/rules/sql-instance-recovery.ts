import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

const backup = 'settings.backupConfiguration';

export const rule: ResourceRule = {
  name: 'sql-instance-recovery',
  description: 'Back the database up, so that it can be restored to any second',
  level: 'mandatory',
  source: 'CIS GCP 6.7',
  environments: ['prod'],
  appliesTo: forTypes(gcp.sql),
  judge: ({ props }) => [
    ...expect(props, `${backup}.enabled`, oneOf(true), 'set true'),
    ...expect(props, `${backup}.pointInTimeRecoveryEnabled`, oneOf(true), 'set true'),
  ],
};

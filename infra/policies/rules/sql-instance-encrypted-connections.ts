import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, includes, items, later } from '../judge/value';

const flag = { name: 'cloudsql.iam_authentication', value: 'on' };

export const rule: ResourceRule = {
  name: 'sql-instance-encrypted-connections',
  description: 'Take encrypted connections only, with a client certificate or an IAM login',
  level: 'mandatory',
  source: 'CIS GCP 6.4',
  appliesTo: forTypes(gcp.sql),
  judge: ({ props }) => {
    const mode = 'settings.ipConfiguration.sslMode';
    const accepted = oneOf('ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED');
    const wrong = expect(props, mode, accepted, 'set ENCRYPTED_ONLY');
    if (wrong.length > 0 || at(props, mode) !== 'ENCRYPTED_ONLY') return wrong;
    return expect(
      props,
      'settings.databaseFlags',
      (flags) => items(flags).some((one) => one === later || includes(one, flag)),
      `add ${flag.name} = on, or set ${mode} to TRUSTED_CLIENT_CERTIFICATE_REQUIRED`,
    );
  },
};

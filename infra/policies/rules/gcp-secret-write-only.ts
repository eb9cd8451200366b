import type { ResourceRule } from '../judge/rule';
import { at } from '../judge/value';

/** Secrets that Pulumi would keep in its state, and what takes their place. */
const writeOnly: Readonly<Record<string, readonly (readonly [path: string, instead: string])[]>> = {
  'gcp:secretmanager/secretVersion:SecretVersion': [['secretData', 'secretDataWo with secretDataWoVersion']],
  'gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion': [['secretData', 'secretDataWo']],
  'gcp:sql/databaseInstance:DatabaseInstance': [['rootPassword', 'rootPasswordWo with rootPasswordWoVersion']],
  'gcp:sql/user:User': [['password', 'passwordWo with passwordWoVersion, or an IAM login']],
};

export const rule: ResourceRule = {
  name: 'gcp-secret-write-only',
  description: 'Hand secrets to the cloud by write-only properties, which Pulumi’s state does not keep',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: (type) => Object.hasOwn(writeOnly, type),
  judge: ({ type, props }) =>
    (writeOnly[type] ?? []).flatMap(([path, instead]) =>
      at(props, path) === undefined ? [] : [{ path, fault: `is kept in the state: use ${instead}` }],
    ),
};

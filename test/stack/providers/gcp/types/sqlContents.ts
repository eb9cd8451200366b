import type { ValueObject } from '../../shared/values';
import { conflicts, fail, has, matches, text, when } from '../checks';
import { partAfter } from '../references';
import type { Rules, Scope } from '../rules';
import { SQL } from './tokens';

/** Databases of a Cloud SQL instance. */
export const sqlDatabase: Rules = {
  source: [
    'https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/databases',
    'magic-modules mmv1/products/sql/Database.yaml',
  ],
  api: 'sqladmin.googleapis.com',
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/instances/${text(inputs, 'instance') ?? ''}/databases/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'instance'],
  enums: { deletionPolicy: ['ABANDON', 'DELETE', 'PREVENT'] },
  checks: [matches('name', /^[^/\\?%*:|"<>.\s]{1,63}$/, '1 to 63 characters without blanks or slashes')],
  needs: (inputs, scope) => needsInstance(inputs, scope),
  computed: (inputs, scope) => ({
    charset: 'UTF8',
    collation: 'en_US.UTF8',
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${scope.project(inputs)}/instances/${text(inputs, 'instance') ?? ''}/databases/${text(inputs, 'name') ?? ''}`,
  }),
};

/** Users of a Cloud SQL instance. */
export const sqlUser: Rules = {
  source: [
    'https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/users',
    'https://cloud.google.com/sql/docs/postgres/add-manage-iam-users',
    'terraform-provider-google services/sql/resource_sql_user.go',
  ],
  api: 'sqladmin.googleapis.com',
  id: (inputs) => `${text(inputs, 'name') ?? ''}/${text(inputs, 'host') ?? ''}/${text(inputs, 'instance') ?? ''}`,
  immutable: ['name', 'project', 'instance', 'host', 'type'],
  enums: {
    type: [
      'BUILT_IN',
      'CLOUD_IAM_USER',
      'CLOUD_IAM_SERVICE_ACCOUNT',
      'CLOUD_IAM_GROUP',
      'CLOUD_IAM_GROUP_USER',
      'CLOUD_IAM_GROUP_SERVICE_ACCOUNT',
      '',
    ],
    deletionPolicy: ['ABANDON', 'DELETE', 'PREVENT'],
  },
  checks: [
    conflicts('password', 'passwordWo'),
    when(
      (inputs) => (text(inputs, 'type') ?? '').startsWith('CLOUD_IAM'),
      (inputs) =>
        has(inputs, 'password') || has(inputs, 'passwordWo') ? fail('password', 'an IAM user has no password') : [],
    ),
    when(
      (inputs) => text(inputs, 'type') === 'CLOUD_IAM_SERVICE_ACCOUNT',
      (inputs) => {
        const name = text(inputs, 'name');
        if (name === undefined) return [];
        if (name.endsWith('.gserviceaccount.com'))
          return fail('name', 'PostgreSQL leaves out .gserviceaccount.com: give sa@project.iam');
        return /^[a-z0-9-]+@[a-z0-9.:-]+\.iam$/.test(name)
          ? []
          : fail('name', 'the name of an IAM service account is sa@project.iam');
      },
    ),
    matches('name', /^.{1,63}$/, '1 to 63 characters'),
  ],
  needs: (inputs, scope) => needsInstance(inputs, scope),
};

function needsInstance(inputs: ValueObject, _scope: Scope) {
  return [
    {
      type: SQL,
      id: partAfter(text(inputs, 'instance') ?? '', 'instances') ?? text(inputs, 'instance') ?? '',
      path: 'instance',
    },
  ];
}

import { expect } from '../judge/expect';
import { grantTypes } from '../judge/grants';
import type { ResourceRule } from '../judge/rule';
import { text } from '../judge/value';

const basic = ['roles/owner', 'roles/editor', 'roles/viewer'];

export const rule: ResourceRule = {
  name: 'iam-grant-no-basic-roles',
  description: 'Grant the role for the one thing that is needed, never a whole project',
  level: 'mandatory',
  source: 'CIS GCP 1.5',
  appliesTo: grantTypes,
  judge: ({ props }) => expect(props, 'role', (role) => !basic.includes(text(role)), 'name a narrower role'),
};

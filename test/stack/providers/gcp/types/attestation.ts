import { isEmpty, lacks, conflicts, fail, list, matches, text } from '../checks';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { NOTE } from './tokens';

/** What an attestor stands for. */
export const note: Rules = {
  source: ['https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.notes'],
  id: (inputs, scope) => idOf(NOTE, text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project'],
  checks: [
    matches('name', /^[\w.-]{1,255}$/, '1 to 255 letters, digits, dots, hyphens and underscores'),
    matches('attestationAuthority.hint.humanReadableName', /^[\s\S]{1,}$/, 'must not be empty'),
  ],
  computed: () => ({ kind: 'ATTESTATION' }),
  heldBy: (thing, scope) =>
    scope.store
      .list('gcp:binaryauthorization/attestor:Attestor')
      .filter(
        (attestor) =>
          idOf(
            NOTE,
            text(attestor.properties, 'attestationAuthorityNote.noteReference') ?? '',
            attestor.properties,
            scope,
          ) === thing.id,
      )
      .map((attestor) => attestor.id),
};

/** Who vouches for images. */
export const attestor: Rules = {
  source: ['https://cloud.google.com/binary-authorization/docs/reference/rest/v1/projects.attestors'],
  id: (inputs, scope) => idOf('gcp:binaryauthorization/attestor:Attestor', text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project', 'attestationAuthorityNote.noteReference'],
  checks: [
    matches('name', /^[\w.-]{1,255}$/, '1 to 255 letters, digits, dots, hyphens and underscores'),
    (inputs) =>
      list(inputs, 'attestationAuthorityNote.publicKeys').flatMap((_, index) => {
        const path = `attestationAuthorityNote.publicKeys[${index}]`;
        const both = conflicts(`${path}.asciiArmoredPgpPublicKey`, `${path}.pkixPublicKey`)(inputs);
        const neither =
          lacks(inputs, `${path}.asciiArmoredPgpPublicKey`) && lacks(inputs, `${path}.pkixPublicKey`)
            ? fail(path, 'needs asciiArmoredPgpPublicKey or pkixPublicKey')
            : [];
        return [...both, ...neither];
      }),
  ],
  needs: needing(['attestationAuthorityNote.noteReference', NOTE]),
};

/** A project's Binary Authorization policy. */
export const admissionPolicy: Rules = {
  source: [
    'https://cloud.google.com/binary-authorization/docs/policy-yaml-reference',
    'magic-modules mmv1/products/binaryauthorization/Policy.yaml',
  ],
  id: (inputs, scope) => `projects/${scope.project(inputs)}`,
  immutable: ['project'],
  enums: {
    'defaultAdmissionRule.evaluationMode': ['ALWAYS_ALLOW', 'REQUIRE_ATTESTATION', 'ALWAYS_DENY'],
    'defaultAdmissionRule.enforcementMode': ['ENFORCED_BLOCK_AND_AUDIT_LOG', 'DRYRUN_AUDIT_LOG_ONLY'],
  },
  checks: [
    (inputs) =>
      [
        'defaultAdmissionRule',
        ...list(inputs, 'clusterAdmissionRules').map((_, index) => `clusterAdmissionRules[${index}]`),
      ].flatMap((path) => {
        const asks = text(inputs, `${path}.evaluationMode`) === 'REQUIRE_ATTESTATION';
        const names = list(inputs, `${path}.requireAttestationsBies`).length > 0;
        if (asks && isEmpty(inputs, `${path}.requireAttestationsBies`))
          return fail(`${path}.requireAttestationsBies`, 'is required with evaluationMode REQUIRE_ATTESTATION');
        return !asks && names && text(inputs, `${path}.evaluationMode`) !== undefined
          ? fail(`${path}.requireAttestationsBies`, 'needs evaluationMode REQUIRE_ATTESTATION')
          : [];
      }),
    matches('clusterAdmissionRules[*].cluster', /^[a-z0-9-]+\.[a-z0-9-]+$/, 'LOCATION.CLUSTER'),
  ],
  needs: (inputs, scope) =>
    list(inputs, 'defaultAdmissionRule.requireAttestationsBies').flatMap((_, index) =>
      needing([`defaultAdmissionRule.requireAttestationsBies[${index}]`, 'gcp:binaryauthorization/attestor:Attestor'])(
        inputs,
        scope,
      ),
    ),
  computed: () => ({ globalPolicyEvaluationMode: 'DISABLE' }),
};

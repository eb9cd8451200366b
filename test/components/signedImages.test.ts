import { SignedImages } from '../../components/signedImages';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const make = () =>
  recordCloud(
    () =>
      new SignedImages('signing', {
        names,
        project,
        location: 'europe-west1',
        exempt: ['docker.io/library/redis@*'],
        protect: true,
      }),
  );

describe('signed images', () => {
  it('are the only ones that start, beside those of Google and those exempt', async () => {
    const { recording } = await make();
    expect(recording.one('gcp:binaryauthorization/policy:Policy').inputs).toMatchObject({
      globalPolicyEvaluationMode: 'ENABLE',
      admissionWhitelistPatterns: [{ namePattern: 'docker.io/library/redis@*' }],
      defaultAdmissionRule: {
        evaluationMode: 'REQUIRE_ATTESTATION',
        enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG',
        requireAttestationsBies: ['factory-dev'],
      },
    });
  });

  it('are known by the public half of a key that cannot be deleted', async () => {
    const { recording, result } = await make();
    const key = `projects/${project}/locations/europe-west1/keyRings/factory-dev-signing-g1/cryptoKeys/factory-dev-signing-g1`;
    expect(recording.one('gcp:binaryauthorization/attestor:Attestor').inputs.attestationAuthorityNote).toEqual({
      noteReference: 'factory-dev-note',
      publicKeys: [
        {
          id: `//cloudkms.googleapis.com/v1/${key}/cryptoKeyVersions/1`,
          pkixPublicKey: { publicKeyPem: '-----BEGIN PUBLIC KEY-----', signatureAlgorithm: 'EC_SIGN_P256_SHA256' },
        },
      ],
    });
    expect(recording.one('gcp:kms/cryptoKey:CryptoKey')).toMatchObject({
      protect: true,
      inputs: { purpose: 'ASYMMETRIC_SIGN', deletionPolicy: 'PREVENT' },
    });
    expect(await valueOf(result.keyVersion)).toBe(`${key}/cryptoKeyVersions/1`);
  });
});

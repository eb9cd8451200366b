import { Identity } from '../../components/identity';
import { WorkloadIdentity, type WorkloadIdentityArgs } from '../../components/workloadIdentity';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, projectNumber, recordCloud } from './recordCloud';

const serve = `principal://iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${project}.svc.id.goog/subject/ns/factory-system/sa/serve`;

describe('the identity of nodes', () => {
  it('is an account of their own with the one role that GKE asks for', async () => {
    const { recording, result } = await recordCloud(() => new Identity('identity', { names, project }));
    const email = `factory-dev-nodes@${project}.iam.gserviceaccount.com`;
    expect(recording.one('gcp:projects/iAMMember:IAMMember').inputs).toEqual({
      project,
      role: 'roles/container.defaultNodeServiceAccount',
      member: `serviceAccount:${email}`,
    });
    expect(await valueOf(result.nodeServiceAccount)).toBe(email);
  });
});

describe('the identity of workloads', () => {
  const make = (grants?: WorkloadIdentityArgs['grants']) =>
    recordCloud(
      () =>
        new WorkloadIdentity('workloads', {
          project,
          projectNumber,
          workloadPool: `${project}.svc.id.goog`,
          ...(grants && { grants }),
        }),
    );

  it('is that of one Kubernetes ServiceAccount, with no account of Google between', async () => {
    const { recording, result } = await make();
    expect(await valueOf(result.principal('factory-system', 'serve'))).toBe(serve);
    expect(recording.of('gcp:serviceaccount/account:Account')).toEqual([]);
  });

  it('is granted each role by itself', async () => {
    const { recording } = await make([
      {
        namespace: 'factory-system',
        serviceAccount: 'serve',
        roles: ['roles/aiplatform.user', 'roles/monitoring.viewer'],
      },
    ]);
    expect(recording.of('gcp:projects/iAMMember:IAMMember').map(({ inputs }) => inputs)).toEqual([
      { project, role: 'roles/aiplatform.user', member: serve },
      { project, role: 'roles/monitoring.viewer', member: serve },
    ]);
  });

  it.each(['roles/owner', 'roles/editor', 'roles/viewer'])('is never granted %s', async (role) => {
    const grants = [{ namespace: 'factory-system', serviceAccount: 'serve', roles: [role] }];
    await expect(make(grants)).rejects.toThrow(`[grants of factory-system/serve] holds ${role}`);
  });
});

import { AuditLogs } from '../../components/auditLogs';
import { ProjectServices } from '../../components/projectServices';
import { factoryServices } from '../../components/settings/services';
import { valueOf } from '../support/pulumi/recorder';
import { project, projectNumber, recordCloud } from './recordCloud';

describe('the APIs of the project', () => {
  it('are all that the factory uses, and stay on when the stack goes', async () => {
    const { recording, result } = await recordCloud(() => new ProjectServices('services', { project }));
    const services = recording.of('gcp:projects/service:Service');
    expect(services.map((service) => service.inputs.service)).toEqual(factoryServices);
    for (const service of services)
      expect(service.inputs).toMatchObject({ project, disableOnDestroy: false, disableDependentServices: false });
    expect(await valueOf(result.ready)).toHaveLength(factoryServices.length);
  });

  it('come with the number of the project', async () => {
    const { result } = await recordCloud(
      () => new ProjectServices('services', { project, services: ['a.googleapis.com'] }),
    );
    expect(await valueOf(result.projectNumber)).toBe(projectNumber);
  });

  it('are each listed once, in order', () => {
    expect([...new Set(factoryServices)].sort()).toEqual(factoryServices);
  });
});

describe('audit logs', () => {
  it('tell who wrote anything, and who read secrets, keys, identities and the cluster', async () => {
    const { recording } = await recordCloud(() => new AuditLogs('audit', { project }));
    const configs = recording
      .of('gcp:projects/iAMAuditConfig:IAMAuditConfig')
      .map(({ inputs }) => [inputs.service, inputs.auditLogConfigs]);
    expect(Object.fromEntries(configs)).toEqual({
      allServices: [{ logType: 'ADMIN_READ' }, { logType: 'DATA_WRITE' }],
      'cloudkms.googleapis.com': [{ logType: 'DATA_READ' }],
      'container.googleapis.com': [{ logType: 'DATA_READ' }],
      'iam.googleapis.com': [{ logType: 'DATA_READ' }],
      'secretmanager.googleapis.com': [{ logType: 'DATA_READ' }],
    });
  });
});

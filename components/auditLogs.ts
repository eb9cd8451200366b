import * as projects from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';

export interface AuditLogsArgs {
  /** Project id. */
  project: string;
  /**
   * APIs whose reads of data are kept as well as writes and administration. Defaults to those that hold secrets, keys, identities and
   * the cluster. Reads are many: each API more costs log volume.
   */
  services?: readonly string[];
}

const readServices: readonly string[] = [
  'cloudkms.googleapis.com',
  'container.googleapis.com',
  'iam.googleapis.com',
  'secretmanager.googleapis.com',
];

/** Data access logs, which Google keeps off: who wrote what anywhere, and who read secrets, keys, identities and the cluster. */
export class AuditLogs extends pulumi.ComponentResource {
  constructor(name: string, args: AuditLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:AuditLogs', name, {}, opts);
    const { project, services = readServices } = args;

    this.keep(name, project, 'allServices', ['ADMIN_READ', 'DATA_WRITE']);
    for (const service of services) this.keep(name, project, service, ['DATA_READ']);

    this.registerOutputs();
  }

  private keep(name: string, project: string, service: string, logTypes: string[]): void {
    new projects.IAMAuditConfig(
      `${name}-${service.split('.')[0]}`,
      { project, service, auditLogConfigs: logTypes.map((logType) => ({ logType })) },
      { parent: this },
    );
  }
}

import * as organizations from '@pulumi/gcp/organizations';
import * as projects from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import { factoryServices } from './settings/services';

export interface ProjectServicesArgs {
  /** Project id. */
  project: string;
  /** APIs to turn on. Defaults to all that the factory uses. */
  services?: readonly string[];
}

/**
 * Turns on the APIs of the project. Destroying it leaves them on: other things in the project may use them, and turning an API off
 * deletes what it holds.
 */
export class ProjectServices extends pulumi.ComponentResource {
  /** The APIs, once they are on. */
  readonly ready: pulumi.Output<string[]>;
  /** Number of the project, of which the e-mails of Google's service agents are made. */
  readonly projectNumber: pulumi.Output<string>;

  constructor(name: string, args: ProjectServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:ProjectServices', name, {}, opts);

    const services = this.createServices(name, args);

    this.ready = pulumi.all(services.map((service) => service.service));
    this.projectNumber = organizations.getProjectOutput({ projectId: args.project }, { parent: this }).number;
    this.registerOutputs({ ready: this.ready, projectNumber: this.projectNumber });
  }

  private createServices(name: string, { project, services = factoryServices }: ProjectServicesArgs) {
    return services.map(
      (service) =>
        new projects.Service(
          `${name}-${service.split('.')[0]}`,
          { project, service, disableOnDestroy: false, disableDependentServices: false },
          { parent: this },
        ),
    );
  }
}

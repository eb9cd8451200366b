import { RefusedError } from '../shared/provider';
import type { ValueObject } from '../shared/values';
import type { Backend } from './backend';
import { activeCluster, type ActiveCluster } from './config/kubeconfig';
import { readSettings, type Settings } from './config/settings';

/** A backend, and what it says of the cluster. */
export interface BackendChoice {
  backend: Backend;
  /** Kubernetes' minor version: 34 is 1.34. */
  minor: number;
  /** Every kind that the cluster may have is in the catalog. */
  knowsAllKinds: boolean;
}

/** Makes the backend once the configuration is known. */
export type ChooseBackend = (settings: Settings, active: ActiveCluster) => BackendChoice;

/** The provider's configuration, and the cluster that it leads to. */
export interface Connection {
  settings: Settings;
  /** For objects that name none. */
  namespace: string;
  /** Undefined when there is no kubeconfig to choose one by. */
  choice: BackendChoice | undefined;
  /** Why the cluster cannot be used. */
  unreachable: string | undefined;
}

/** Connects as the configuration says. Never throws: a cluster that does not answer is a fault only once it is needed. */
export async function connect(
  config: ValueObject,
  environment: NodeJS.ProcessEnv,
  choose: ChooseBackend,
): Promise<Connection> {
  const settings = readSettings(config, environment);
  const connection: Connection = {
    settings,
    namespace: settings.namespace || 'default',
    choice: undefined,
    unreachable: undefined,
  };
  try {
    const active = activeCluster(settings);
    connection.namespace = settings.namespace || active.namespace || 'default';
    connection.choice = choose(settings, active);
    await connection.choice.backend.connect();
  } catch (error) {
    connection.unreachable = error instanceof Error ? error.message : String(error);
  }
  return connection;
}

/** The backend of a cluster that answers. @throws with why it does not. */
export function reachable({ choice, unreachable }: Connection): Backend {
  if (choice === undefined || unreachable !== undefined) {
    throw new RefusedError(
      'Unreachable',
      `configured Kubernetes cluster is unreachable: ${unreachable ?? 'it was not configured'}`,
    );
  }
  return choice.backend;
}

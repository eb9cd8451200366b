import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSchemas } from '../engines/schemas';
import { FileBackend } from '../stack/providers/kubernetes/file/backend';
import { FileCluster, readClusterFile } from '../stack/providers/kubernetes/file/cluster';
import type { KubeObject } from '../stack/providers/kubernetes/object';
import { KubernetesProvider } from '../stack/providers/kubernetes/provider';
import { Catalog } from '../stack/providers/kubernetes/schema/catalog';
import type { CheckResult, Failure } from '../stack/providers/shared/provider';
import { standIn, type StandIn } from '../stack/providers/shared/cloud';
import { isObject, type Marked, type Value, type ValueObject } from '../stack/providers/shared/values';

let catalog: Catalog | undefined;

/** The compiled schemas; made once when the cache does not have them. */
async function schemas(): Promise<Catalog> {
  catalog ??= new Catalog(await ensureSchemas());
  return catalog;
}

/** A kubeconfig for a cluster that is only a directory. `gke`: as GKE's clusters have it. */
export function kubeconfig(kind: 'gke' | 'plain', server = 'https://203.0.113.7'): string {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'gke-gcloud-auth-plugin' };
  return JSON.stringify({
    'current-context': 'one',
    clusters: [{ name: 'one', cluster: { server } }],
    users: [{ name: 'one', user: kind === 'gke' ? { exec } : { token: 'not-a-real-token' } }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
  });
}

/** A provider over a cluster in a directory of its own. */
export interface TestCluster {
  provider: KubernetesProvider;
  cloud: StandIn;
  directory: string;
  /** Checks and creates, as an update does. Throws what the provider refuses. */
  create(type: string, inputs: ValueObject, name?: string): Promise<{ id: string; state: Marked; inputs: Marked }>;
  check(type: string, inputs: ValueObject): Failure[];
  remove(): void;
}

export interface TestClusterOptions {
  preset?: 'gke' | 'plain';
  config?: ValueObject;
  file?: object;
  patienceMs?: number;
}

/** Makes a cluster in a temporary directory, and a provider for it. */
export async function testCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  if (options.file !== undefined) writeFileSync(join(directory, 'cluster.json'), JSON.stringify(options.file));
  const known = await schemas();
  const file = readClusterFile(directory);
  const preset = options.preset ?? 'gke';
  const minor = file.minor ?? 34;
  const provider = new KubernetesProvider({
    version: '0.0.0',
    catalog: known,
    environment: {},
    directory,
    choose: () => ({
      minor,
      knowsAllKinds: true,
      backend: new FileBackend({
        catalog: known,
        minor,
        directory,
        cluster: new FileCluster(directory, file, preset, (kind) => known.versionsOf(kind)),
        unreachable: file.unreachable === true,
        patienceMs: options.patienceMs ?? 0,
      }),
    }),
  });
  await provider.configure({ kubeconfig: kubeconfig(preset), ...options.config });
  const checked = (type: string, inputs: ValueObject, name: string): CheckResult =>
    provider.check({ ...target(type, name), olds: plain({}), news: plain(inputs), seed: new Uint8Array([1, 2, 3]) });
  return {
    provider,
    directory,
    cloud: standIn('kubernetes', directory),
    check: (type, inputs) => [...checked(type, inputs, 'it').failures],
    create: async (type, inputs, name = 'it') => {
      const { inputs: ready, failures } = checked(type, inputs, name);
      if (failures.length > 0)
        throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join('\n'));
      return { ...(await provider.create({ ...target(type, name), inputs: ready, preview: false })), inputs: ready };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** What the engine sends with every request. */
export function target(type: string, name = 'it'): { urn: string; type: string; name: string } {
  return { urn: `urn:pulumi:dev::test::${type}::${name}`, type, name };
}

/** A tree without secrets. */
export function plain(value: ValueObject): Marked {
  return { value, secrets: new Set() };
}

/** The object with one part replaced: `spec.containers[0].image`; undefined removes it. */
export function changed(object: KubeObject, path: string, value: Value | undefined): KubeObject {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const result = replaced(object, steps, value);
  return isObject(result) ? result : {};
}

function replaced(node: Value | undefined, [step, ...rest]: string[], value: Value | undefined): Value | undefined {
  if (step === undefined) return value;
  if (Array.isArray(node)) {
    const copy = [...node];
    const inner = replaced(copy[Number(step)], rest, value);
    if (inner === undefined) copy.splice(Number(step), 1);
    else copy[Number(step)] = inner;
    return copy;
  }
  const inner = replaced(isObject(node) ? node[step.replaceAll('~', '.')] : undefined, rest, value);
  const copy: ValueObject = isObject(node) ? { ...node } : {};
  const key = step.replaceAll('~', '.');
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activeCluster } from '../stack/providers/kubernetes/config/kubeconfig';
import type { KubeObject } from '../stack/providers/kubernetes/object';
import { ServerBackend } from '../stack/providers/kubernetes/server/backend';
import { ApiClient } from '../stack/providers/kubernetes/server/client';
import type { ValueObject } from '../stack/providers/shared/values';
import { startApiServer, type ApiServer } from './kubernetesApiServer';
import { deployment, service } from './kubernetesObjects';
import { changed, plain } from './kubernetesSupport';

let api: ApiServer;
beforeEach(async () => (api = await startApiServer()));
afterEach(() => api.stop());

const options = { preview: false, timeoutSeconds: 30, fieldManager: 'pulumi-test' };
const configMap: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'agents' },
  data: { a: 'b' },
};
const configMapPath = '/api/v1/namespaces/agents/configmaps/settings';
const workload: KubeObject = { ...deployment, apiVersion: 'apps/v1', kind: 'Deployment' };
const workloadPath = '/apis/apps/v1/namespaces/factory-agents/deployments/agent-python';

function backend(force = false, user: object = { token: 'the-token' }): ServerBackend {
  const kubeconfig = JSON.stringify({
    'current-context': 'one',
    clusters: [{ name: 'one', cluster: { server: api.url } }],
    users: [{ name: 'one', user }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
  });
  return new ServerBackend(new ApiClient(activeCluster({ kubeconfig })), force);
}

/** Lets a controller change an object once it has been asked for so often. */
function after(times: number, path: string, change: (object: KubeObject) => KubeObject | undefined): void {
  api.before = (asked) => {
    if (asked === `GET ${path}` && (times -= 1) === 0) {
      const next = change(api.objects.get(path) ?? {});
      if (next === undefined) api.objects.delete(path);
      else api.objects.set(path, next);
    }
    return undefined;
  };
}

const rolledOut: ValueObject = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

test('an object is applied server-side, under its manager, with strict validation', async () => {
  const { live, notReady } = await backend().create(plain(configMap), false, options);
  expect(notReady).toEqual([]);
  expect(live).toMatchObject({ metadata: { uid: expect.any(String) } });
  expect(api.asked).toContain(`PATCH ${configMapPath}?fieldManager=pulumi-test&force=false&fieldValidation=Strict`);
  await expect(backend().create(plain(configMap), false, options)).rejects.toThrow('already exists');
  await backend(true).create(plain(configMap), true, options);
  expect(api.asked.at(-1)).toContain('force=true');
});

test('a preview is a dry run; where the namespace or the kind is still to come, it is what was asked for', async () => {
  const preview = { ...options, preview: true };
  expect((await backend().create(plain(configMap), false, preview)).live).not.toHaveProperty('metadata.uid');
  expect(api.asked.at(-1)).toContain('dryRun=All');
  expect(api.objects.size).toBe(0);
  const unknown = { ...configMap, apiVersion: 'example.com/v1', kind: 'Robot' };
  expect((await backend().create(plain(unknown), false, preview)).live).toEqual(unknown);
  await expect(backend().create(plain(unknown), false, options)).rejects.toThrow('are its CRDs installed?');
  api.before = (asked) =>
    asked.startsWith('PATCH')
      ? { status: 404, reason: 'NotFound', message: 'namespaces "agents" not found' }
      : undefined;
  expect((await backend().create(plain(configMap), false, preview)).live).toEqual(configMap);
  await expect(backend().create(plain(configMap), false, options)).rejects.toThrow('namespaces "agents" not found');
});

test('a Deployment is awaited until its rollout is through', async () => {
  after(3, workloadPath, (object) => ({ ...object, status: rolledOut }));
  const { live, notReady } = await backend().create(plain(workload), false, options);
  expect(notReady).toEqual([]);
  expect(live['status']).toEqual(rolledOut);
});

test('what does not become ready in time says what the pods and the events say', async () => {
  api.objects.set('/api/v1/namespaces/factory-agents/pods/agent-python-1', {
    metadata: { name: 'agent-python-1' },
    status: {
      containerStatuses: [
        { name: 'agent', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
      ],
    },
  });
  api.objects.set('/api/v1/namespaces/factory-agents/events/1', {
    reason: 'FailedCreate',
    message: 'quota',
    involvedObject: { kind: 'ReplicaSet', name: 'agent-python-abc' },
  });
  const { notReady } = await backend().create(plain(workload), false, { ...options, timeoutSeconds: 0.01 });
  expect(notReady[0]).toContain('was not ready in 0.01 s');
  expect(notReady).toContain('pod agent-python-1: container agent: ImagePullBackOff no such image');
  expect(notReady).toContain('FailedCreate: quota');
});

test('a rollout that the controller has given up is not awaited any longer', async () => {
  const condition = { type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: 'timed out progressing' };
  after(2, workloadPath, (object) => ({
    ...object,
    status: { ...rolledOut, updatedReplicas: 0, conditions: [condition] },
  }));
  const { notReady } = await backend().create(plain(workload), false, options);
  expect(notReady[0]).toBe('rollout: timed out progressing');
});

test('a Service waits for endpoints; a claim of a class that waits for its pod does not', async () => {
  const slice = '/apis/discovery.k8s.io/v1/namespaces/factory-agents/endpointslices';
  let asked = 0;
  api.before = (request) => {
    if (request.startsWith(`GET ${slice}`) && (asked += 1) === 2)
      api.objects.set(`${slice}/one`, { endpoints: [{ conditions: { ready: true } }] });
    return undefined;
  };
  const { notReady } = await backend().create(plain({ ...service, apiVersion: 'v1', kind: 'Service' }), false, options);
  expect(notReady).toEqual([]);
  expect(asked).toBe(2);
  api.objects.set('/apis/storage.k8s.io/v1/storageclasses/lazy', { volumeBindingMode: 'WaitForFirstConsumer' });
  const claim = { ...configMap, kind: 'PersistentVolumeClaim', spec: { storageClassName: 'lazy' } };
  expect((await backend().create(plain(claim), false, options)).notReady).toEqual([]);
});

test('a Job that failed is an error; skipAwait asks nothing', async () => {
  const job = { ...configMap, apiVersion: 'batch/v1', kind: 'Job' };
  const path = '/apis/batch/v1/namespaces/agents/jobs/settings';
  after(2, path, (object) => ({
    ...object,
    status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
  }));
  expect((await backend().create(plain(job), false, options)).notReady[0]).toContain(
    'Job failed: BackoffLimitExceeded',
  );
  const careless = changed(changed(job, 'metadata.name', 'other'), 'metadata.annotations', {
    'pulumi.com/skipAwait': 'true',
  });
  expect((await backend().create(plain(careless), false, options)).notReady).toEqual([]);
});

test('fields that another manager owns are a conflict that says how to take them over', async () => {
  api.before = (asked) =>
    asked.startsWith('PATCH')
      ? { status: 409, reason: 'Conflict', message: 'conflict with "kubectl": .data.a' }
      : undefined;
  await expect(backend().apply(plain(configMap), configMap, options)).rejects.toThrow('pulumi.com/patchForce');
});

test('deleting waits until the object is gone, and says what keeps one that stays', async () => {
  const { live } = await backend().create(plain(configMap), false, options);
  after(3, configMapPath, () => undefined);
  await backend().remove(live, { timeoutSeconds: 30 });
  expect(api.objects.has(configMapPath)).toBe(false);
  // What the object owns goes before it does.
  expect(api.body).toMatchObject({ kind: 'DeleteOptions', propagationPolicy: 'Foreground' });
  await backend().remove(live, { timeoutSeconds: 30 });
  api.before = () => undefined;
  const again = await backend().create(plain(configMap), false, options);
  await expect(backend().remove(again.live, { timeoutSeconds: 0.01 })).rejects.toThrow('finalizers foregroundDeletion');
});

test('what is gone, or whose kind is gone, reads as nothing', async () => {
  const read = (kind: string, group = ''): Promise<unknown> =>
    backend().read({ group, version: 'v1', kind }, 'agents', 'settings');
  expect(await read('ConfigMap')).toBeUndefined();
  expect(await read('Robot', 'example.com')).toBeUndefined();
  await backend().create(plain(configMap), false, options);
  expect(await read('ConfigMap')).toMatchObject({ live: { data: { a: 'b' } }, notReady: [] });
});

test('a credential plugin supplies the token; a cluster that refuses or does not answer says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'credential-'));
  const plugin = join(folder, 'plugin');
  writeFileSync(plugin, `#!/bin/sh\necho '{"status":{"token":"'$WHO'"}}'\n`);
  chmodSync(plugin, 0o755);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: plugin,
    env: [{ name: 'WHO', value: 'the-token' }],
  };
  await expect(backend(false, { exec }).connect()).resolves.toBeUndefined();
  await expect(backend(false, { token: 'another' }).connect()).rejects.toThrow('Unauthorized');
  rmSync(folder, { recursive: true });
  const closed = backend();
  await api.stop();
  await expect(closed.connect()).rejects.toThrow('ECONNREFUSED');
  api = await startApiServer();
});

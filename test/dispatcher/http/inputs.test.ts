import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDiskStore } from '../../../dispatcher/src/artifacts/diskStore';
import type { ArtifactStore } from '../../../dispatcher/src/artifacts/port';
import { jsonOf } from './conformance';
import { startFactory, type Factory } from './harness';
import { digestOf } from './scenarios';

const ageMs = 3_600_000;
const clock = { now: Date.UTC(2030, 0, 1) };
let folder: string;
let artifacts: ArtifactStore;
let factory: Factory;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'inputs-'));
  artifacts = createDiskStore({ folder, maxAgeMs: ageMs, maxTotalBytes: 1_000_000, now: () => clock.now });
  factory = await startFactory({ limits: { artifact_age_ms: ageMs } }, { artifacts });
});
afterAll(async () => {
  await factory.stop();
  await rm(folder, { recursive: true, force: true });
});

async function uploaded(text: string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' };
  await factory.ask('PUT', `/v1/artifacts/${digestOf(text)}`, { body: text, headers });
  return digestOf(text);
}
const task = (inputs: { artifact: string }[], delay = 0) => ({
  type: 'python',
  brain: { kind: 'model', prompt: 'x' },
  delay_ms: delay,
  inputs: inputs.map((input, index) => ({ ...input, path: `in/${index}` })),
});
const submit = (body: unknown) => factory.ask('POST', '/v1/tasks', { body });

test('a delay that inputs would not outlive is refused, and told how long they are kept', async () => {
  const artifact = await uploaded('delayed');
  const refused = await submit(task([{ artifact }], ageMs + 1));
  expect([refused.status, jsonOf(refused)]).toEqual([
    422,
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      errors: [{ path: 'delay_ms', message: expect.stringContaining(String(ageMs)) }],
    }),
  ]);
  expect((await submit(task([{ artifact }], ageMs))).status).toBe(201);
  expect((await submit(task([], 365 * 86_400_000))).status).toBe(201);
  const batch = { tasks: [task([]), task([{ artifact }], ageMs + 1)] };
  const { results } = jsonOf(await factory.ask('POST', '/v1/tasks/batch', { body: batch }));
  expect(results[1]).toMatchObject({ problem: { errors: [{ path: 'tasks[1].delay_ms' }] } });
});

test('inputs are kept from the submission on, not from the upload on', async () => {
  const [alone, inBatch, unnamed] = [await uploaded('alone'), await uploaded('in batch'), await uploaded('unnamed')];
  clock.now += ageMs - 1;
  expect((await submit(task([{ artifact: alone }], ageMs))).status).toBe(201);
  await factory.ask('POST', '/v1/tasks/batch', { body: { tasks: [task([{ artifact: inBatch }], ageMs)] } });
  clock.now += ageMs;
  await artifacts.sweep();
  const left = await Promise.all([alone, inBatch, unnamed].map((digest) => artifacts.has(digest)));
  expect(left).toEqual([true, true, false]);
});

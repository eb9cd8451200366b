import { request as rawRequest, type ClientRequest } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCodes, FactoryError, isErrorCode } from '@agent-factory/contract';
import { openApiDocument } from '../../../dispatcher/src/http/document';
import { createMetrics } from '../../../dispatcher/src/metrics';
import type { TaskService } from '../../../dispatcher/src/tasks/taskService';
import { providerKeys, startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { codeOf, jsonOf, type Answer, type Operation } from './conformance';
import { allScopes, startFactory, tokenWithout, type Asked, type Factory } from './harness';
import { modelSamples, modelScenarios, modelsOf } from './modelScenarios';
import { artifactTotal, digestOf, sample as fixedSample, scenarios as fixedScenarios } from './scenarios';

/** One dispatcher that works, and three that fail in the ways that no request can bring about. */
let works: Factory;
let broken: Factory;
let storeless: Factory;
let stopping: Factory;
let upload: ClientRequest | undefined;
let provider: ScriptedProvider;
let keyFolder = '';
let sample: typeof fixedSample;
let scenarios: typeof fixedScenarios;

const defect = (): never => {
  throw new Error('a defect, with a secret in its text');
};
const failing = <K extends string>(...names: K[]): Record<K, () => never> =>
  Object.fromEntries(names.map((name) => [name, defect])) as Record<K, () => never>; // one entry a name

/** How a bucket fails that does not answer. */
const away = (): Promise<never> => Promise.reject(new FactoryError('STORE_UNAVAILABLE', 'the bucket does not answer'));

beforeAll(async () => {
  const metrics = createMetrics();
  metrics.registry.metrics = () => Promise.reject(new Error('a defect'));
  metrics.modelInference.observe = defect;
  provider = await startModelProvider();
  sample = { ...fixedSample, ...(await modelSamples()) };
  scenarios = { ...fixedScenarios, ...modelScenarios(provider) };
  keyFolder = await mkdtemp(path.join(tmpdir(), 'dispatcher-key-'));
  const keyFile = path.join(keyFolder, 'key');
  await writeFile(keyFile, providerKeys.openai);
  const models = modelsOf(provider, keyFile);
  [works, broken, storeless, stopping] = await Promise.all([
    startFactory({ limits: { queue_limit: { ml: 1 }, event_streams: 3, artifact_total_bytes: artifactTotal }, models }),
    startFactory(
      { models },
      {
        metrics,
        service: (real: TaskService) => ({ ...real, ...failing(...(Object.keys(real) as (keyof TaskService)[])) }), // its own keys
        artifacts: { ...failing('put', 'get', 'has'), sweep: async () => 0, check: async () => undefined },
        listModels: defect,
      },
    ),
    startFactory({ models }, { artifacts: { put: away, get: away, has: away, sweep: async () => 0, check: away } }),
    startFactory({ models }),
  ]);
  await storeless.redis.kill();
  upload = await uploadInFlight(stopping);
}, 60_000);

afterAll(async () => {
  upload?.end('bytes'.slice(1));
  await Promise.all([works, broken, storeless, stopping].map((factory) => factory?.stop()));
  await provider.stop();
  await rm(keyFolder, { recursive: true, force: true });
}, 60_000);

/** An upload that the server has begun to read and that does not end yet: it keeps a stopping dispatcher open. */
async function uploadInFlight(factory: Factory): Promise<ClientRequest> {
  const request = rawRequest(`${factory.url}/v1/artifacts/${digestOf('bytes')}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${allScopes}`,
      'content-type': 'application/octet-stream',
      'content-length': 5,
      expect: '100-continue', // answered once the request has reached the server
    },
  });
  request.on('error', () => undefined);
  const continued = new Promise((resolve) => request.once('continue', resolve));
  request.flushHeaders();
  await continued;
  request.write('b');
  return request;
}

function ask(factory: Factory, operation: Operation, over: Asked = {}, query = ''): Promise<Answer> {
  const { address, asked } = sample[operation.id] ?? { address: '' };
  return factory.ask(operation.method, `${address}${query}`, { ...asked, ...over });
}

const shuttingDown = 'SHUTTING_DOWN';

/** Codes that come about in one way for every operation. */
const general: Record<string, (operation: Operation) => Promise<Answer>> = {
  UNAUTHENTICATED: (operation) => ask(works, operation, { token: 'wrong' }),
  FORBIDDEN: (operation) => ask(works, operation, { token: tokenWithout(operation.scope as 'none') }), // the document names a scope
  MALFORMED_JSON: (operation) => ask(works, operation, { body: '{"type": "pyth' }),
  UNSUPPORTED_MEDIA_TYPE: (operation) =>
    ask(works, operation, { body: 'text', headers: { 'content-type': 'text/plain' } }),
  PAYLOAD_TOO_LARGE: (operation) =>
    ask(works, operation, { body: { text: 'x'.repeat(operation.id === 'submitTasks' ? 17_000_000 : 10_000_000) } }),
  INVALID_ARGUMENT: (operation) => ask(works, operation, {}, '?unexpected=1'),
  STORE_UNAVAILABLE: (operation) => ask(storeless, operation),
  INTERNAL: (operation) => ask(broken, operation),
  503: (operation) => ask(storeless, operation),
};

test('everything that the document lists can happen, and answers as the document says', async () => {
  const missing: string[] = [];
  const expectOutcome = (operation: Operation, outcome: string, answer: Answer): void => {
    const got = isErrorCode(outcome) ? codeOf(answer) : String(answer.status);
    expect(`${operation.id}: ${got}`).toBe(`${operation.id}: ${outcome}`);
  };
  // All at once: a dispatcher that stops waits for requests in flight only so long, and then answers nothing.
  void stopping.dispatcher.stop();
  const last = works.conformer.operations.filter(({ outcomes }) => outcomes.includes(shuttingDown));
  const refused = await Promise.all(last.map((operation) => ask(stopping, operation)));
  last.forEach((operation, index) => {
    const answer = refused[index];
    if (answer === undefined) throw new Error(`${operation.id} was not asked`);
    expectOutcome(operation, shuttingDown, answer);
  });
  for (const operation of works.conformer.operations) {
    for (const outcome of operation.outcomes.filter((one) => one !== shuttingDown)) {
      const own = scenarios[operation.id]?.[outcome];
      const provoke = own === undefined ? general[outcome] : () => own(works);
      if (provoke === undefined) {
        missing.push(`${operation.id}: ${outcome}`);
        continue;
      }
      expectOutcome(operation, outcome, await provoke(operation));
    }
  }
  expect(missing).toEqual([]);
}, 60_000);

test('no scenario is left over: each provokes something that the document lists', () => {
  const listed = new Set(
    works.conformer.operations.flatMap(({ id, outcomes }) => outcomes.map((outcome) => `${id}: ${outcome}`)),
  );
  const provoked = Object.entries(scenarios).flatMap(([id, outcomes]) =>
    Object.keys(outcomes).map((outcome) => `${id}: ${outcome}`),
  );
  expect(provoked.filter((one) => !listed.has(one))).toEqual([]);
});

test('a defect tells nothing of itself', async () => {
  const answer = await broken.ask('GET', '/v1/types');
  expect([answer.status, codeOf(answer)]).toEqual([500, 'INTERNAL']);
  expect(answer.text).not.toContain('secret');
});

test('the document says for each operation who may call it, and describes every tag', () => {
  const { document, operations } = works.conformer;
  const tags = (document['tags'] as { name: string }[]).map(({ name }) => name);
  const used = Object.values(document.paths).flatMap((item) =>
    Object.values(item).flatMap((operation) => operation['tags'] as string[]),
  );
  expect([...new Set(used)].sort()).toEqual([...tags].sort());
  expect(
    operations
      .filter(({ scope }) => scope === 'public')
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/errors', '/healthz', '/openapi.json', '/readyz']);
  expect(document['openapi']).toBe('3.1.0');
});

test('the document can be had without a dispatcher', async () => {
  const served = await works.ask('GET', '/openapi.json');
  expect(JSON.stringify(await openApiDocument())).toBe(served.text);
});

test('the examples of the document are taken as they are', async () => {
  for (const path of ['/v1/tasks', '/v1/tasks/batch']) {
    const body = works.conformer.document.paths[path]?.['post']?.requestBody as {
      content: Record<string, { examples: Record<string, { value: unknown }> }>;
    };
    for (const { value } of Object.values(body.content['application/json']?.examples ?? {})) {
      const answer = await works.ask('POST', path, { body: value });
      expect([200, 201]).toContain(answer.status);
      expect(jsonOf(answer).refused ?? 0).toBe(0);
    }
  }
});

test('the catalogue of errors is served whole, as JSON and as a page with an anchor a code', async () => {
  expect(jsonOf(await works.ask('GET', '/errors')).errors.map(({ code }: { code: string }) => code)).toEqual([
    ...errorCodes,
  ]);
  const page = await works.ask('GET', '/errors', { headers: { accept: 'text/html' }, token: null });
  for (const code of errorCodes) expect(page.text).toContain(`id="${code}"`);
});

test('the page of the API loads nothing from elsewhere', async () => {
  expect((await works.ask('GET', '/', { token: null })).headers.get('location')).toBe('/docs/');
  const page = await works.ask('GET', '/docs/', { token: null });
  const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(4);
  for (const link of links) {
    const answer = await works.ask('GET', new URL(link, `${works.url}/docs/`).pathname, { token: null });
    expect([link, answer.status]).toEqual([link, 200]);
  }
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await works.ask('GET', '/docs/json', { token: null })).text).toBe(
    (await works.ask('GET', '/openapi.json')).text,
  );
});

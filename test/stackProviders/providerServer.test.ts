import { credentials, type ServiceError } from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { listen, type Served } from '../stack/providers/shared/server';
import { NotReadyError, RefusedError, unmarked, type StandInProvider } from '../stack/providers/shared/provider';
import { fromWire, toWire } from '../stack/providers/shared/wire';
import { UNKNOWN } from '../stack/providers/shared/values';

const URN = 'urn:pulumi:dev::test::my:component:Part$x:y/thing:Thing::the::name';
let served: Served;
let client: ResourceProviderClient;

const provider: StandInProvider = {
  name: 'x',
  version: '1.2.3',
  replacedByConfig: ['project'],
  checkConfig: ({ value }) => (value['project'] === undefined ? [{ property: 'project', reason: 'is required' }] : []),
  configure: () => undefined,
  check: ({ type, name, news, seed }) => ({
    inputs: { value: { ...news.value, type, name, seed: seed.length }, secrets: news.secrets },
    failures: [{ property: 'a.b', reason: 'is wrong' }],
  }),
  diff: () => ({
    changes: new Map([
      ['a.b', { kind: 'update', replace: false }],
      ['labels["x.y"]', { kind: 'add', replace: true }],
    ]),
    deleteBeforeReplace: true,
  }),
  create: ({ inputs, preview }) => {
    if (preview) return { id: '', state: { value: { later: UNKNOWN }, secrets: new Set() } };
    if (inputs.value['fail'] === 'refused') throw new RefusedError('QUOTA', 'no quota');
    if (inputs.value['fail'] === 'half')
      throw new NotReadyError('id-1', { value: { key: 's3cret' }, secrets: new Set(['key']) }, inputs, ['not ready']);
    throw new TypeError('a fault of ours');
  },
  read: ({ id }) => (id === 'gone' ? undefined : { id, state: unmarked({ a: 1 }), inputs: unmarked({ a: 1 }) }),
  update: ({ news }) => news,
  delete: () => undefined,
  invoke: (token) => ({ value: { token }, failures: [{ property: 'x', reason: 'y' }] }),
};

beforeAll(async () => {
  served = await listen(provider);
  client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure());
});
afterAll(() => {
  client.close();
  served.stop();
  served.stop();
});

test('a check gets type and name from the URN, keeps secrets and unknowns, and gives its failures by path', async () => {
  const request = new rpc.CheckRequest();
  request.setUrn(URN);
  request.setRandomseed(new Uint8Array(32));
  request.setNews(toWire({ value: { password: 'x', later: UNKNOWN }, secrets: new Set(['password']) }));
  const response = await ask<rpc.CheckResponse>((done) => client.check(request, done));
  const inputs = fromWire(response.getInputs());
  expect([inputs.value, [...inputs.secrets]]).toEqual([
    { password: 'x', later: UNKNOWN, type: 'x:y/thing:Thing', name: 'the::name', seed: 32 },
    ['password'],
  ]);
  expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual([
    { property: 'a.b', reason: 'is wrong' },
  ]);
});

test('a difference is told in detail, with what it replaces', async () => {
  const request = new rpc.DiffRequest();
  request.setUrn(URN);
  const response = await ask<rpc.DiffResponse>((done) => client.diff(request, done));
  const { ADD_REPLACE, UPDATE } = rpc.PropertyDiff.Kind;
  const detail: [string, number][] = [];
  response.getDetaileddiffMap().forEach((change, path) => detail.push([path, change.getKind()]));
  expect({
    changes: response.getChanges(),
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    first: response.getDeletebeforereplace(),
    detail,
  }).toEqual({
    changes: rpc.DiffResponse.DiffChanges.DIFF_SOME,
    diffs: ['a', 'labels'],
    replaces: ['labels'],
    first: true,
    detail: [
      ['a.b', UPDATE],
      ['labels["x.y"]', ADD_REPLACE],
    ],
  });
});

test('a half-made thing is told as such: id, reasons and partial state with its secrets', async () => {
  const error = await create({ fail: 'half' });
  const packed = error.metadata.get('grpc-status-details-bin')[0];
  const [detail] = Status.deserializeBinary(Buffer.from(packed ?? '')).getDetailsList();
  const failed = rpc.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  const state = fromWire(failed.getProperties());
  expect([detail?.getTypeUrl(), failed.getId(), failed.getReasonsList(), state.value, [...state.secrets]]).toEqual([
    'type.googleapis.com/pulumirpc.ErrorResourceInitFailed',
    'id-1',
    ['not ready'],
    { key: 's3cret' },
    ['key'],
  ]);
});

test('a refusal is told in its own words; a fault of the stand-in is told as one', async () => {
  expect((await create({ fail: 'refused' })).details).toBe('no quota');
  expect((await create({})).details).toMatch(/^fault of the stand-in itself: TypeError: a fault of ours/);
});

test('what is gone reads as nothing', async () => {
  const request = new rpc.ReadRequest();
  request.setUrn(URN);
  request.setId('gone');
  expect((await ask<rpc.ReadResponse>((done) => client.read(request, done))).getId()).toBe('');
});

test('configuration: mistakes are failures, another project replaces, previews and secrets are taken', async () => {
  const check = new rpc.CheckRequest();
  check.setNews(toWire(unmarked({})));
  expect((await ask<rpc.CheckResponse>((done) => client.checkConfig(check, done))).getFailuresList()).toHaveLength(1);
  const diff = new rpc.DiffRequest();
  diff.setOldInputs(toWire(unmarked({ project: 'a', region: 'x', version: '1' })));
  diff.setNews(toWire(unmarked({ project: 'b', region: 'y', version: '2' })));
  const changed = await ask<rpc.DiffResponse>((done) => client.diffConfig(diff, done));
  expect([changed.getDiffsList(), changed.getReplacesList()]).toEqual([['project', 'region'], ['project']]);
  const configured = await ask<rpc.ConfigureResponse>((done) => client.configure(new rpc.ConfigureRequest(), done));
  expect([configured.getAcceptsecrets(), configured.getSupportspreview()]).toEqual([true, true]);
});

test('the plugin tells its version, answers functions, and lets itself be cancelled', async () => {
  const info = await ask<{ getVersion(): string }>((done) => client.getPluginInfo(new Empty(), done));
  const invoke = new rpc.InvokeRequest();
  invoke.setTok('x:y:z');
  const answer = await ask<rpc.InvokeResponse>((done) => client.invoke(invoke, done));
  expect([info.getVersion(), fromWire(answer.getReturn()).value, answer.getFailuresList()]).toEqual([
    '1.2.3',
    { token: 'x:y:z' },
    [expect.anything()],
  ]);
  await ask<Empty>((done) => client.cancel(new Empty(), done));
});

function ask<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) =>
    call((error, response) => (error === null ? resolve(response) : reject(error))),
  );
}

async function create(inputs: Record<string, string>): Promise<ServiceError> {
  const request = new rpc.CreateRequest();
  request.setUrn(URN);
  request.setProperties(toWire(unmarked(inputs)));
  return new Promise((resolve, reject) =>
    client.create(request, (error) => (error === null ? reject(new Error('it was made')) : resolve(error))),
  );
}

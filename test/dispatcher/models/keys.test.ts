import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providerKeys, startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { ask, configFor, startGateway } from './harness';

let provider: ScriptedProvider;
let folder: string;

beforeAll(async () => {
  provider = await startModelProvider();
  folder = await mkdtemp(join(tmpdir(), 'factory-keys-'));
});
beforeEach(() => provider.reset());
afterAll(async () => {
  await provider.stop();
  await rm(folder, { recursive: true });
});

it('a key in a file is read again at each call, so that it can be rotated', async () => {
  const file = join(folder, 'key');
  await writeFile(file, 'old-key-Bb22\n');
  const gateway = await startGateway(
    configFor(
      provider,
      (raw) =>
        (raw.providers['openai'] = { kind: 'openai-compatible', base_url: provider.urls.openai, api_key_file: file }),
    ),
  );
  expect((await gateway.post(ask('gpt'))).status).toBe(502);
  await writeFile(file, `${providerKeys.openai}\n`);
  provider.script({ kind: 'answer', text: ['Hello'] });
  expect((await gateway.post(ask('gpt'))).status).toBe(200);
  await rm(file);
  const gone = await gateway.post(ask('gpt'));
  expect(gone.json).toMatchObject({ error: { message: expect.stringContaining('cannot be read') } });
  expect(gone.text).not.toContain(folder);
  await gateway.stop();
});

it('Vertex is called by project and location with a token of workload identity federation', async () => {
  const subject = join(folder, 'subject-token');
  const credentials = join(folder, 'credentials.json');
  await writeFile(subject, 'projected-token');
  await writeFile(
    credentials,
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: provider.urls.token,
      credential_source: { file: subject },
    }),
  );
  const gateway = await startGateway(
    configFor(provider, (raw) => {
      raw.providers['vertex'] = {
        kind: 'google-vertex',
        base_url: provider.urls.vertex,
        project: 'test-project',
        location: 'europe-west4',
        credentials_file: credentials,
      };
    }),
  );
  provider.script({ kind: 'answer', text: ['Hello'] });
  const answer = await gateway.post(ask('gemini'));
  expect(answer.json).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  expect(provider.requests[0]?.path).toContain('/projects/test-project/locations/europe-west4/');
  await gateway.stop();
});

it('no key or address is taken from variables that the configuration does not name', async () => {
  const names = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'GOOGLE_VERTEX_API_KEY'];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = 'https://elsewhere.invalid/stray';
  try {
    const gateway = await startGateway(configFor(provider));
    provider.script({ kind: 'answer', text: ['Hello'] }, { kind: 'answer', text: ['Hello'] });
    expect((await gateway.post(ask('claude'))).status).toBe(200);
    expect((await gateway.post(ask('gemini'))).status).toBe(200);
    await gateway.stop();
  } finally {
    names.forEach((name, index) =>
      before[index] === undefined ? delete process.env[name] : (process.env[name] = before[index]),
    );
  }
});

import { startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { ask, configFor, everyWire, startGateway, type RunningGateway } from './harness';

let provider: ScriptedProvider;
let gateway: RunningGateway;

beforeAll(async () => {
  provider = await startModelProvider();
  gateway = await startGateway(configFor(provider));
});
beforeEach(() => provider.reset());
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

const errorOf = (answer: { json: unknown }): unknown => (answer.json as { error: unknown }).error; // asserted by each test

describe('who may call', () => {
  it.each([
    ['without a token', { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['with a wrong token', { authorization: 'Bearer wrong' }, 401, 'UNAUTHENTICATED'],
    ['with a token that lacks the scope', { authorization: 'Bearer person' }, 403, 'FORBIDDEN'],
    ['with the scope but no agent behind the token', { authorization: 'Bearer person-with-scope' }, 403, 'FORBIDDEN'],
    ['without a task', { 'x-task-id': '' }, 422, 'INVALID_ARGUMENT'],
    ['with a task id that is none', { 'x-task-id': '../etc' }, 422, 'INVALID_ARGUMENT'],
    ['with an epoch that is none', { 'x-task-epoch': '-1' }, 422, 'INVALID_ARGUMENT'],
    ['for an unknown task', { 'x-task-id': 'python-01jd0000000000000000000009' }, 404, 'TASK_NOT_FOUND'],
    ['for the task of another agent', { authorization: 'Bearer other-agent' }, 409, 'LEASE_NOT_HELD'],
    ['on a lease that is over', { 'x-task-epoch': '2' }, 409, 'LEASE_EXPIRED'],
  ])('refuses a call %s', async (_case, headers, status, code) => {
    const answer = await gateway.post(ask('gpt'), headers);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({ code });
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(provider.requests).toHaveLength(0);
  });

  it('names the header at fault', async () => {
    const answer = await gateway.post(ask('gpt'), { 'x-task-epoch': 'three' });
    expect(errorOf(answer)).toMatchObject({ param: 'headers.x-task-epoch', type: 'invalid_request_error' });
  });

  it('does not read the body of a stranger', async () => {
    const answer = await gateway.post('{ not json', { authorization: 'Bearer wrong' });
    expect(answer.status).toBe(401);
  });
});

describe('what may be asked', () => {
  it.each([
    ['an unknown field', ask('gpt', { logit_bias: {} }), 'logit_bias'],
    ['no messages', ask('gpt', { messages: [] }), 'messages'],
    ['an unknown role', ask('gpt', { messages: [{ role: 'robot', content: 'x' }] }), 'messages[0].role'],
    ['several answers', ask('gpt', { n: 2 }), 'n'],
    ['an absurd temperature', ask('gpt', { temperature: 20 }), 'temperature'],
    ['no tokens', ask('gpt', { max_tokens: 0 }), 'max_tokens'],
    [
      'a bad tool name',
      ask('gpt', { tools: [{ type: 'function', function: { name: 'a b' } }] }),
      'tools[0].function.name',
    ],
    [
      'an answer to no call',
      ask('gpt', { messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] }),
      'messages[0].tool_call_id',
    ],
    [
      'an image at a file URL',
      ask('gpt', {
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }],
      }),
      'messages[0].content[0].image_url.url',
    ],
  ])('refuses %s with its path', async (_case, body, param) => {
    const answer = await gateway.post(body);
    expect(answer.status).toBe(422);
    expect(errorOf(answer)).toMatchObject({ code: 'INVALID_ARGUMENT', param });
    expect(provider.requests).toHaveLength(0);
  });

  it.each([
    ['broken JSON', '{', 'application/json', 400, 'MALFORMED_JSON'],
    ['another media type', 'model=gpt', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'more than 8 MiB',
      JSON.stringify(ask('gpt', { user: 'x'.repeat(8_388_608) })),
      'application/json',
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('refuses %s', async (_case, body, type, status, code) => {
    const answer = await gateway.post(body, { 'content-type': type });
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({ code });
  });

  it.each(['nobody', 'tier:huge', 'tier:', '__proto__'])('knows no model %s', async (model) => {
    const answer = await gateway.post(ask(model));
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toMatchObject({ code: 'MODEL_NOT_CONFIGURED', type: 'not_found_error' });
  });

  it.each([
    ['tier:small', 'openai', 'gpt'],
    ['tier:standard', 'anthropic', 'claude'],
    ['tier:large', 'vertex', 'gemini'],
  ])('serves %s by the model of that tier', async (model, wire, id) => {
    provider.script({ kind: 'answer', text: ['Hello'] });
    const answer = await gateway.post(ask(model));
    expect(answer.json).toMatchObject({
      object: 'chat.completion',
      model: id,
      choices: [{ message: { role: 'assistant', content: 'Hello' } }],
    });
    expect(provider.requests[0]?.wire).toBe(wire);
  });

  it('answers another address in the same shape', async () => {
    const response = await fetch(`${gateway.url}/embeddings`, {
      method: 'POST',
      headers: { authorization: 'Bearer agent-token' },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('lists the models, for an agent only', async () => {
    const stranger = await fetch(`${gateway.url}/models`);
    expect(stranger.status).toBe(401);
    const response = await fetch(`${gateway.url}/models`, { headers: { authorization: 'Bearer agent-token' } });
    expect(await response.json()).toEqual({
      object: 'list',
      data: [
        { id: 'gpt', object: 'model', created: 0, owned_by: 'openai' },
        { id: 'claude', object: 'model', created: 0, owned_by: 'anthropic' },
        { id: 'gemini', object: 'model', created: 0, owned_by: 'vertex' },
      ],
    });
  });
});

describe('what the provider is sent', () => {
  const sent = async (body: object): Promise<Readonly<Record<string, unknown>> | undefined> => {
    provider.script({ kind: 'answer', text: ['Hello'] });
    expect((await gateway.post(body)).status).toBe(200);
    return provider.requests[0]?.body;
  };
  const settings = { temperature: 0.5, top_p: 0.9, stop: ['END'], max_completion_tokens: 77, max_tokens: 99 };

  it('is every setting in the words of OpenAI', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
    const body = ask('gpt', {
      ...settings,
      seed: 7,
      tools,
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      reasoning_effort: 'low',
    });
    expect(await sent(body)).toMatchObject({
      model: 'gpt-4.1-mini', temperature: 0.5, top_p: 0.9, stop: ['END'], max_tokens: 77, seed: 7, reasoning_effort: 'low',
      parallel_tool_calls: false, tool_choice: { type: 'function', function: { name: 'f' } }, stream_options: { include_usage: true },
    }); // prettier-ignore
  });

  it('is every setting in the words of Anthropic, and the wish to cache', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
    expect(await sent(ask('claude', { temperature: 0.5, stop: 'END', max_tokens: 99, tools, parallel_tool_calls: false }))).toMatchObject({
      temperature: 0.5, stop_sequences: ['END'], max_tokens: 99, tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      cache_control: { type: 'ephemeral' },
    }); // prettier-ignore
  });

  it('is every setting in the words of Gemini', async () => {
    expect(await sent(ask('gemini', settings))).toMatchObject({
      generationConfig: { temperature: 0.5, topP: 0.9, stopSequences: ['END'], maxOutputTokens: 77 },
    });
  });

  it.each(everyWire)('asks the %s wire for JSON of a schema', async (wire, model) => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    };
    const body = await sent(
      ask(model, { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    );
    const where = {
      openai: { response_format: { type: 'json_schema', json_schema: { name: 'answer' } } },
      anthropic: { output_config: { format: { type: 'json_schema' } } },
      vertex: { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema } },
    };
    expect(body).toMatchObject(where[wire]);
  });

  it.each(everyWire)('takes an image along to the %s wire', async (_wire, model) => {
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const content = [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url } }]; // prettier-ignore
    expect(JSON.stringify(await sent(ask(model, { messages: [{ role: 'user', content }] })))).toContain('iVBORw0KGgo=');
  });

  it.each([
    ['openai', 'gpt', { image_url: { url: 'https://pictures.test/a.PNG?size=1' } }],
    ['anthropic', 'claude', { source: { type: 'url', url: 'https://pictures.test/a.PNG?size=1' } }],
    ['vertex', 'gemini', { fileData: { mimeType: 'image/png', fileUri: 'https://pictures.test/a.PNG?size=1' } }],
  ])('takes the address of an image along to the %s wire', async (_wire, model, image) => {
    const content = [{ type: 'image_url', image_url: { url: 'https://pictures.test/a.PNG?size=1' } }];
    const body = await sent(ask(model, { messages: [{ role: 'user', content }] }));
    expect(JSON.stringify(body)).toContain(JSON.stringify(image).slice(1, -1));
  });

  it('takes an image for a JPEG whose address does not tell', async () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://pictures.test/a' } }];
    expect(JSON.stringify(await sent(ask('gemini', { messages: [{ role: 'user', content }] })))).toContain(
      'image/jpeg',
    );
  });

  it.each(everyWire)('gives a model of the %s wire its own malformed arguments back', async (_wire, model) => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"broken' } };
    const messages = [
      { role: 'user', content: 'Go' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'Not JSON.' },
    ];
    expect(JSON.stringify(await sent(ask(model, { messages })))).toContain('broken');
  });

  it('is as many tokens as the model is configured for, when the request names none or more', async () => {
    expect(await sent(ask('gpt', { max_tokens: 1_000_000 }))).toMatchObject({ max_tokens: 8_192 });
  });

  it('names the tokens as newer models of OpenAI want it', async () => {
    const config = configFor(provider, (raw) => {
      raw.providers['openai'] = { ...raw.providers['openai'], max_tokens_field: 'max_completion_tokens' };
      raw.models['gpt'] = { ...raw.models['gpt'], model: 'gpt-5' };
    });
    const other = await startGateway(config);
    provider.script({ kind: 'answer', text: ['Hello'] });
    expect((await other.post(ask('gpt', { max_tokens: 5 }))).status).toBe(200);
    expect(provider.requests[0]?.body).toMatchObject({ max_completion_tokens: 5 });
    await other.stop();
  });
});

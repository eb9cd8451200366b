import * as fc from 'fast-check';
import {
  agentCodec,
  agentSchema,
  dispatcherFrameCodec,
  dispatcherFrameSchema,
  eventCodec,
  eventSchema,
  FactoryError,
  taskCodec,
  taskResultCodec,
  taskResultSchema,
  taskSchema,
  taskSpecCodec,
  taskSpecSchema,
  toolNames,
  typeStatusCodec,
  typeStatusSchema,
  workerFrameCodec,
  workerFrameSchema,
  type Codec,
  type Json,
} from '@agent-factory/contract';
import type { z } from 'zod';
import { arbitraryOf, type Overrides } from './arbitraries';

const toolName = fc.oneof(fc.constantFrom(...toolNames), fc.constant('mcp/files/read'));
const overrides: Overrides = {
  'PlanStep.tool': toolName,
  'InputArtifact.path': fc.constantFrom('repo', 'a/b.c/d', '.x'),
};

const codecs: [string, z.ZodType, Codec<unknown>][] = [
  ['TaskSpec', taskSpecSchema, taskSpecCodec],
  ['Task', taskSchema, taskCodec],
  ['TaskResult', taskResultSchema, taskResultCodec],
  ['WorkerFrame', workerFrameSchema, workerFrameCodec],
  ['DispatcherFrame', dispatcherFrameSchema, dispatcherFrameCodec],
  ['Event', eventSchema, eventCodec],
  ['Agent', agentSchema, agentCodec],
  ['TypeStatus', typeStatusSchema, typeStatusCodec],
];

describe.each(codecs)('%s', (_name, schema, codec) => {
  const arbitrary = arbitraryOf(schema, overrides);

  test('comes back from its bytes as it went in', () => {
    fc.assert(fc.property(arbitrary, (value) => expect(codec.decode(codec.encode(value))).toStrictEqual(value)));
  });

  test('comes back from its value as the same bytes', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const bytes = codec.encode(value);
        expect(codec.encode(codec.decode(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  test('whatever bytes come, they are read or refused as INVALID_ARGUMENT', () => {
    const spoilt = fc.tuple(arbitrary, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([value, at, byte]) => {
      const bytes = codec.encode(value);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), spoilt), (bytes) => {
        const code = refusal(() => codec.decode(bytes));
        expect([undefined, 'INVALID_ARGUMENT']).toContain(code);
      }),
    );
  });
});

test('a client that leaves out what has a default gets the default, not zero', () => {
  const written = { type: 'python', brain: { kind: 'plan', steps: [{ id: 'a', tool: 'shell' }] } } as const;
  const bytes = taskSpecCodec.encode({
    ...written,
    brain: { kind: 'plan', steps: [{ id: 'a', tool: 'shell' }] },
    inputs: [],
    labels: {},
  } as unknown as z.output<typeof taskSpecSchema>); // as a client of another language would: defaults left out
  expect(taskSpecCodec.decode(bytes)).toStrictEqual(taskSpecSchema.parse(written));
});

test('every fault is named with its path', () => {
  const bytes = workerFrameCodec.encode({
    kind: 'results',
    results: [
      {
        id: 'python-0123456789abcdefghjkmnpqrs',
        epoch: -1,
        result: { outcome: 'failed', error: { code: 'NOPE', message: '', retryable: false }, tool_calls: [] },
      },
    ],
  } as unknown as z.output<typeof workerFrameSchema>); // wrong on purpose
  expect(() => workerFrameCodec.decode(bytes)).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      faults: expect.arrayContaining(
        ['results[0].epoch', 'results[0].result.usage', 'results[0].result.error.code'].map((path) =>
          expect.objectContaining({ path }),
        ),
      ),
    }),
  );
});

test('a frame without content is refused by its kind', () => {
  expect(() => workerFrameCodec.decode(Buffer.alloc(0))).toThrow(/INVALID_ARGUMENT: kind/);
});

test('JSON as deep as the contract allows reaches an agent, and deeper is refused with its path', () => {
  const nested = (depth: number): Json => (depth === 0 ? 1 : { in: nested(depth - 1) });
  const spec = (depth: number) =>
    taskSpecSchema.safeParse({
      type: 'python',
      brain: { kind: 'plan', steps: [{ id: 'a', tool: 'shell', input: { deep: nested(depth) } }] },
    });
  const deepest = spec(30);
  if (!deepest.success) throw deepest.error;
  const frame = {
    kind: 'assignments' as const,
    tasks: [
      {
        id: 'python-0123456789abcdefghjkmnpqrs',
        epoch: 1,
        attempt: 1,
        crew: 'me',
        timeout_ms: 1,
        lease_ms: 1,
        spec: deepest.data,
      },
    ],
  };
  expect(dispatcherFrameCodec.decode(dispatcherFrameCodec.encode(frame))).toStrictEqual(frame);
  expect(spec(31).error?.issues[0]?.path.slice(0, 6)).toEqual(['brain', 'steps', 0, 'input', 'deep', 'in']);
});

test('null is an output and absence is none', () => {
  const result = {
    outcome: 'succeeded' as const,
    usage: { input_tokens: 0, output_tokens: 0, cost_usd: 0, model_calls: 0, tool_calls: 0 },
    tool_calls: [],
  };
  expect(taskResultCodec.decode(taskResultCodec.encode({ ...result, output: null }))).toHaveProperty('output', null);
  expect(taskResultCodec.decode(taskResultCodec.encode(result))).not.toHaveProperty('output');
});

function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof FactoryError ? error.code : String(error);
  }
}

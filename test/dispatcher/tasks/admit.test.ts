import {
  agentScopes,
  defaultRoutingRules,
  FactoryError,
  maxJsonDepth,
  operatorScopes,
  type Json,
  type Scope,
} from '@agent-factory/contract';
import * as fc from 'fast-check';
import { admit } from '../../../dispatcher/src/tasks/admit';
import { canonicalJson, fingerprint } from '../../../dispatcher/src/tasks/canonical';
import { implicitCrew } from '../../../dispatcher/src/tasks/crew';
import { typeTable } from '../../../dispatcher/src/tasks/types';

const rules = { types: typeTable({}), rules: defaultRoutingRules };
const caller = (scopes: readonly Scope[] = operatorScopes) => ({ subject: 'me', scopes: new Set(scopes) });

type Step = { id: string; tool: string; input?: Json; on_error?: string };
const plan = (steps: Step[], over: Record<string, unknown> = {}) => ({
  type: 'python',
  brain: { kind: 'plan', steps },
  ...over,
});
const step = (id: string, tool: string, input: Json = {}): Step => ({ id, tool, input });
const list = step('a', 'list_files');

function refusal(raw: unknown, prefix: PropertyKey[] = []): FactoryError {
  try {
    admit(raw, caller(), rules, prefix);
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  throw new Error('was admitted');
}

test('a task names its type, or a task_type that the rules route', () => {
  expect(admit(plan([list]), caller(), rules).type.name).toBe('python');
  expect(
    admit({ task_type: 'code-generation', brain: { kind: 'model', prompt: 'x' } }, caller(), rules).type.name,
  ).toBe('python');
});

test('a plan may use outputs of earlier steps anywhere an input stands, tools of MCP servers, and any step in its output', () => {
  const steps = [
    list,
    step('b', 'shell', { argv: ['echo', { $ref: '#/steps/a/output/entries/0/path' }], timeout_ms: 1_000 }),
    step('c', 'shell', { argv: { $ref: '#/steps/a/output/names' } }),
    step('d', 'mcp/github/search.code', { any: { thing: 1 } }),
    step('e', 'shell', { $ref: '#/steps/b/output' }),
  ];
  const raw = { type: 'python', brain: { kind: 'plan', steps, output: { all: { $ref: '#/steps/d/output' } } } };
  expect(() => admit(raw, caller(), rules)).not.toThrow();
});

const deep = (levels: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

test.each<[string, unknown, string, string]>([
  ['an unknown type', plan([list], { type: 'cobol' }), 'TYPE_UNKNOWN', 'type'],
  [
    'a task_type that no rule routes',
    { task_type: 'juggling', brain: { kind: 'model', prompt: 'x' } },
    'ROUTE_NOT_FOUND',
    '',
  ],
  ['neither type nor task_type', { brain: { kind: 'model', prompt: 'x' } }, 'INVALID_ARGUMENT', 'type'],
  ['an unknown field', plan([list], { prio: 'P0' }), 'INVALID_ARGUMENT', 'prio'],
  ['an unknown field of a step', plan([{ ...list, inputs: {} } as Step]), 'INVALID_ARGUMENT', 'brain.steps[0].inputs'],
  ['a negative delay', plan([list], { delay_ms: -1 }), 'INVALID_ARGUMENT', 'delay_ms'],
  ['a delay that is no number', plan([list], { delay_ms: Number.NaN }), 'INVALID_ARGUMENT', 'delay_ms'],
  ['an endless timeout', plan([list], { timeout_ms: Number.POSITIVE_INFINITY }), 'INVALID_ARGUMENT', 'timeout_ms'],
  ['an absurd number of attempts', plan([list], { max_attempts: 1e300 }), 'INVALID_ARGUMENT', 'max_attempts'],
  ['a fraction of an attempt', plan([list], { max_attempts: 1.5 }), 'INVALID_ARGUMENT', 'max_attempts'],
  ['a negative budget', plan([list], { limits: { max_cost_usd: -0.01 } }), 'INVALID_ARGUMENT', 'limits.max_cost_usd'],
  [
    'an input path that climbs',
    plan([list], { inputs: [{ artifact: `sha256:${'0'.repeat(64)}`, path: 'a/../../b' }] }),
    'INVALID_ARGUMENT',
    'inputs[0].path',
  ],
  ['a plan without steps', plan([]), 'INVALID_ARGUMENT', 'brain.steps'],
  ['a tool that does not exist', plan([list, step('b', 'teleport')]), 'TOOL_UNKNOWN', 'brain.steps[1].tool'],
  [
    'a tool that the type has not',
    plan([list, step('b', 'shell', { argv: ['ls'] })], { type: 'researcher' }),
    'TOOL_UNKNOWN',
    'brain.steps[1].tool',
  ],
  [
    'a reference to a later step',
    plan([step('a', 'read_file', { path: { $ref: '#/steps/b/output' } }), { ...list, id: 'b' }]),
    'PLAN_REFERENCE_INVALID',
    'brain.steps[0].input.path.$ref',
  ],
  [
    'a reference to its own step',
    plan([step('a', 'read_file', { path: { $ref: '#/steps/a/output' } })]),
    'PLAN_REFERENCE_INVALID',
    'brain.steps[0].input.path.$ref',
  ],
  [
    'a reference of another form',
    plan([step('a', 'shell', { argv: ['x', { $ref: '#/step/b' }] })]),
    'PLAN_REFERENCE_INVALID',
    'brain.steps[0].input.argv[1].$ref',
  ],
  [
    'a reference with company',
    plan([list, step('b', 'read_file', { path: { $ref: '#/steps/a/output', and: 1 } })]),
    'PLAN_REFERENCE_INVALID',
    'brain.steps[1].input.path.$ref',
  ],
  [
    'a bad literal beside a reference',
    plan([list, step('b', 'read_file', { path: { $ref: '#/steps/a/output' }, offset: -4 })]),
    'INVALID_ARGUMENT',
    'brain.steps[1].input.offset',
  ],
  [
    'an unknown field of a tool',
    plan([step('a', 'read_file', { path: 'x', pth: 'y' })]),
    'INVALID_ARGUMENT',
    'brain.steps[0].input.pth',
  ],
  ['a missing field of a tool', plan([step('a', 'read_file', {})]), 'INVALID_ARGUMENT', 'brain.steps[0].input.path'],
  ['two steps of one name', plan([list, list]), 'INVALID_ARGUMENT', 'brain.steps[1].id'],
  [
    'too much content',
    plan([list, step('b', 'write_file', { path: 'x', content: 'y'.repeat(1_100_000) })]),
    'PAYLOAD_TOO_LARGE',
    'brain.steps[1].input.content',
  ],
  [
    'a value that nests without end',
    plan([step('a', 'mcp/x/y', { deep: deep(200_000) })]),
    'INVALID_ARGUMENT',
    `brain.steps[0].input.deep${'[0]'.repeat(maxJsonDepth)}`,
  ],
  ['something that is no object', 'a task', 'INVALID_ARGUMENT', '(root)'],
])('refuses %s', (_name, raw, code, path) => {
  const error = refusal(raw);
  expect([error.code, error.faults[0]?.path ?? '']).toEqual([code, path]);
});

test('however many unknown fields there are, 50 are named', () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, 1]));
  expect(refusal(plan([list], many)).faults).toHaveLength(50);
});

test('paths start where the task stands in the request', () => {
  expect(refusal(plan([step('a', 'teleport')]), ['tasks', 7]).faults[0]?.path).toBe('tasks[7].brain.steps[0].tool');
});

test('P0 needs its scope', () => {
  const raw = plan([list], { priority: 'P0' });
  expect(admit(raw, caller(['task:submit', 'task:p0']), rules).spec.priority).toBe('P0');
  expect(() => admit(raw, caller(['task:submit', ...agentScopes]), rules)).toThrow(/FORBIDDEN.*task:p0/);
});

test('law: whatever JSON comes in, it is admitted or refused with a code, never crashes', () => {
  const outcomeOf = (raw: unknown): unknown => {
    try {
      return admit(raw, caller(), rules).type;
    } catch (error) {
      return error instanceof FactoryError ? error.code : error;
    }
  };
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue(), (value, other) => {
      const odd = plan([{ ...list, input: other as Json }]);
      for (const raw of [value, { type: 'python', brain: value }, odd, plan([list], { labels: value })])
        expect(outcomeOf(raw)).not.toBeInstanceOf(Error);
    }),
    { numRuns: 200 },
  );
});

test('law: the fingerprint does not depend on the order of keys, and canonical JSON reads back as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(fingerprint({ a: 1, b: [2, { c: 3, d: undefined }] })).toBe(fingerprint({ b: [2, { c: 3 }], a: 1 }));
  expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: 2 }));
});

test('law: different submitters have different implicit crews, and none is a crew that a task can name', () => {
  const subject = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9@._-]{0,62}$/);
  fc.assert(
    fc.property(subject, subject, (a, b) => {
      expect(implicitCrew(a)).toMatch(/^own\.[a-z0-9-]{1,59}$/);
      expect(implicitCrew(a) === implicitCrew(b)).toBe(a === b);
    }),
  );
  expect(implicitCrew('Alice')).not.toBe(implicitCrew('alice'));
});

test('nesting up to the limit is fine', () => {
  expect(() => admit(plan([step('a', 'mcp/x/y', { deep: deep(maxJsonDepth - 1) })]), caller(), rules)).not.toThrow();
});

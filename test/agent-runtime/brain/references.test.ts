import { FactoryError, taskSpecSchema, type Json, type PlanBrain } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { referredSteps, resolveReferences } from '../../../agent-runtime/src/brain/references';

const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 4 }).map((value) => withoutReferences(value as Json));

/** `$ref` as a key is never data in a plan. */
function withoutReferences(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutReferences);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key === '$ref' ? 'ref' : key, withoutReferences(item)]),
  );
}

/** Every place in a value, as RFC 6901 writes it. */
function places(value: Json, pointer = ''): { pointer: string; value: Json }[] {
  const own = { pointer, value };
  if (typeof value !== 'object' || value === null) return [own];
  const entries = Array.isArray(value)
    ? value.map((item, index) => [String(index), item] as const)
    : Object.entries(value);
  return [
    own,
    ...entries.flatMap(([key, item]) => places(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)),
  ];
}

function refusal(run: () => unknown): FactoryError {
  try {
    run();
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function plan(steps: [string, Json][], output?: Json): PlanBrain {
  const { brain } = taskSpecSchema.parse({
    type: 'python',
    brain: {
      kind: 'plan',
      steps: steps.map(([id, input]) => ({ id, tool: 'shell', input })),
      ...(output === undefined ? {} : { output }),
    },
  });
  if (brain.kind !== 'plan') throw new Error('not a plan');
  return brain;
}

describe('resolving references', () => {
  it('leaves a value without references as it is', () => {
    fc.assert(fc.property(json, (value) => expect(resolveReferences(value, new Map(), 'input')).toEqual(value)));
  });

  it('finds every place of an output by its pointer', () => {
    fc.assert(
      fc.property(json, fc.nat(), (output, pick) => {
        const all = places(output);
        const place = all[pick % all.length];
        const reference = { $ref: `#/steps/a/output${place?.pointer ?? ''}` };
        expect(resolveReferences(reference, new Map([['a', output]]), 'input')).toEqual(place?.value);
      }),
    );
  });

  it('puts what it finds where the reference stood', () => {
    fc.assert(
      fc.property(json, json, (output, around) => {
        const outputs = new Map([['a', output]]);
        const given: Json = { around, list: [around, { $ref: '#/steps/a/output' }] };
        expect(resolveReferences(given, outputs, 'input')).toEqual({ around, list: [around, output] });
      }),
    );
  });

  it('takes a reference inside an output for data', () => {
    const output = { $ref: '#/steps/b/output' };
    expect(resolveReferences({ $ref: '#/steps/a/output' }, new Map<string, Json>([['a', output]]), 'input')).toBe(
      output,
    );
  });

  it.each([
    ['a missing member', '#/steps/a/output/list/0/nothing', 'the output of step "a" has no "nothing" at /list/0'],
    ['an index past the end', '#/steps/a/output/list/7', 'has no "7" at /list'],
    ['an index that is none', '#/steps/a/output/list/01', 'has no "01" at /list'],
    ['a member of a text', '#/steps/a/output/text/0', 'has no "0" at /text'],
    ['something inherited', '#/steps/a/output/constructor', 'has no "constructor" at its top'],
    ['a step without output', '#/steps/b/output', 'step "b", which has no output yet'],
    ['another document', 'https://example.com/#/steps/a/output', 'is not of the form'],
  ])('says which step and path lack %s', (_, $ref, message) => {
    const outputs = new Map<string, Json>([['a', { list: [{ some: 1 }], text: 'words' }]]);
    const error = refusal(() => resolveReferences({ files: [{ $ref }] }, outputs, 'step "c" (shell): input'));
    expect(error.code).toBe('PLAN_REFERENCE_INVALID');
    expect(error.detail).toContain('step "c" (shell): input: files[0]: ');
    expect(error.detail).toContain($ref);
    expect(error.detail).toContain(message);
  });

  it('refuses to bring in more than 8 MiB', () => {
    const outputs = new Map<string, Json>([['a', 'x'.repeat(1_000_000)]]);
    const many = Array.from({ length: 9 }, () => ({ $ref: '#/steps/a/output' }));
    expect(refusal(() => resolveReferences(many, outputs, 'input')).code).toBe('PAYLOAD_TOO_LARGE');
  });
});

describe('outputs that must be kept', () => {
  it('are those that a later step or the output names, or the last without an output', () => {
    const steps: [string, Json][] = [
      ['a', {}],
      ['b', { x: { $ref: '#/steps/a/output' } }],
      ['c', {}],
    ];
    expect([...referredSteps(plan(steps))].sort()).toEqual(['a', 'c']);
    expect([...referredSteps(plan(steps, { $ref: '#/steps/b/output' }))].sort()).toEqual(['a', 'b']);
    expect([...referredSteps(plan(steps, 'fixed'))]).toEqual(['a']);
  });
});

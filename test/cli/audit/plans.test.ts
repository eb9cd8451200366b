import {
  agentType,
  agentTypeNames,
  aspects,
  referencesIn,
  batchItemSchema,
  isToolName,
  taskSpecSchema,
  toolCatalogue,
  type Section,
  type TaskSpecInput,
} from '@agent-factory/contract';
import * as fc from 'fast-check';
import { auditKey, auditParts, commentSpec, inspectSpec, suitesSpec } from '../../../cli/src/audit/plans';

const run = { id: '01kxyz', artifact: `sha256:${'a'.repeat(64)}` };
const section: Section = {
  aspect: 'tests',
  title: 'T',
  summary: 'S',
  facts: [],
  tables: [],
  charts: [],
  findings: [],
  findings_total: 0,
  notes: [],
};
type Command = NonNullable<Section['commands']>[number];
const command = (rest: Partial<Command> = {}): Command => ({
  name: 'npm test',
  argv: ['npm', 'test'],
  cwd: '.',
  why: 'package.json',
  needs: 'npm',
  available: true,
  ...rest,
});

/** What the dispatcher checks: the schema, that the type has the tools, that references name earlier steps, and that inputs fit the tool. */
function expectValid(spec: TaskSpecInput): void {
  const parsed = taskSpecSchema.parse(spec);
  const { brain, type } = parsed;
  if (brain.kind !== 'plan') return;
  const seen: string[] = [];
  for (const { id, tool, input } of brain.steps) {
    expect(agentType(type ?? '').tools).toContain(tool);
    if (referencesIn(input).length === 0 && isToolName(tool)) toolCatalogue[tool].input.parse(input);
    seen.push(id);
  }
  for (const { target } of referencesIn(brain.output ?? null)) expect(seen).toContain(target?.step);
}

test('every type has one part and every aspect is looked at once', () => {
  expect(auditParts.map(({ type }) => type).toSorted()).toEqual([...agentTypeNames].toSorted());
  expect(auditParts.map(({ aspect }) => aspect).toSorted()).toEqual([...aspects].toSorted());
});

test.each(auditParts)('the plan of $type is one that the dispatcher takes', (part) => {
  expectValid(inspectSpec(run, part));
  expectValid(commentSpec(run, part, section));
});

test('keys differ between parts, kinds and audits, and fit an item of a batch', () => {
  const keys = auditParts.flatMap(({ type }) =>
    (['inspect', 'suites', 'comment'] as const).map((kind) => auditKey(run, kind, type)),
  );
  expect(new Set(keys).size).toBe(36);
  const [part] = auditParts;
  expect(
    batchItemSchema.safeParse({ ...inspectSpec(run, part), idempotency_key: auditKey(run, 'inspect', part.type) })
      .success,
  ).toBe(true);
});

test('no suite that could run makes no task', () => {
  expect(suitesSpec(run, [])).toBeUndefined();
  expect(suitesSpec(run, [command({ available: false })])).toBeUndefined();
});

test('suites run in the checkout, one step each, and one that fails does not keep the next from running', () => {
  const made = suitesSpec(run, [command(), command({ name: 'pytest', argv: ['pytest', '-q'], cwd: 'packages/a/' })]);
  expect(made?.names).toEqual(['npm test', 'pytest']);
  expect(made?.spec.brain).toMatchObject({
    steps: [
      { id: 'suite_1', tool: 'shell', input: { argv: ['npm', 'test'], cwd: 'repo' }, on_error: 'continue' },
      { id: 'suite_2', tool: 'shell', input: { argv: ['pytest', '-q'], cwd: 'repo/packages/a' }, on_error: 'continue' },
    ],
    output: [{ $ref: '#/steps/suite_1/output' }, { $ref: '#/steps/suite_2/output' }],
  });
});

test('whatever commands a section holds, the plan made of them is valid', () => {
  const anyCommand = fc.record({
    argv: fc.array(fc.string({ maxLength: 500 }), { minLength: 1, maxLength: 50 }),
    cwd: fc.constantFrom('.', './a', 'a/b/', ''),
    available: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 20 }), (commands) => {
      const made = suitesSpec(
        run,
        commands.map((rest) => command(rest)),
      );
      expect(made === undefined).toBe(!commands.some(({ available }) => available));
      if (made !== undefined) expectValid(made.spec);
    }),
  );
});

import {
  FactoryError,
  formatPath,
  isToolName,
  referencesIn,
  toolCatalogue,
  type AgentType,
  type ErrorCode,
  type Fault,
  type PlanBrain,
  type PlanReference,
  type PlanStep,
} from '@agent-factory/contract';
import type { z } from 'zod';

type Path = readonly PropertyKey[];

/**
 * Checks a plan against the type that is to run it: its tools, its references and, as far as they are literal, its inputs.
 * Throws TOOL_UNKNOWN, PLAN_REFERENCE_INVALID or INVALID_ARGUMENT with the path of every fault of that kind; `prefix` leads to the plan.
 */
export function checkPlan(plan: PlanBrain, type: AgentType, prefix: Path): void {
  throwFaults('TOOL_UNKNOWN', toolFaults(plan, type, prefix));
  throwFaults('PLAN_REFERENCE_INVALID', referenceFaults(plan, prefix));
  throwFaults('INVALID_ARGUMENT', inputFaults(plan, prefix));
}

function toolFaults(plan: PlanBrain, type: AgentType, prefix: Path): Fault[] {
  const own = new Set<string>(type.tools);
  return plan.steps.flatMap(({ tool }, index) =>
    !isToolName(tool) || own.has(tool)
      ? [] // a tool of an MCP server is known to the agent alone
      : [
          {
            path: formatPath([...prefix, 'steps', index, 'tool']),
            message: `"${tool}" is not a tool of ${type.name}; it has ${type.tools.join(', ')}`,
          },
        ],
  );
}

function referenceFaults(plan: PlanBrain, prefix: Path): Fault[] {
  const earlier = new Set<string>();
  const faults = plan.steps.flatMap((step, index) => {
    const found = faultsOf(referencesIn(step.input), earlier, [...prefix, 'steps', index, 'input']);
    earlier.add(step.id);
    return found;
  });
  return plan.output === undefined
    ? faults
    : [...faults, ...faultsOf(referencesIn(plan.output), earlier, [...prefix, 'output'])];
}

function faultsOf(references: readonly PlanReference[], earlier: ReadonlySet<string>, prefix: Path): Fault[] {
  return references.flatMap(({ path, target }): Fault[] => {
    const at = formatPath([...prefix, ...path, '$ref']);
    if (target === undefined) return [{ path: at, message: 'is not "#/steps/{id}/output/…", alone in its object' }];
    return earlier.has(target.step) ? [] : [{ path: at, message: `no earlier step is called "${target.step}"` }];
  });
}

function inputFaults(plan: PlanBrain, prefix: Path): Fault[] {
  return plan.steps.flatMap((step, index) => literalFaults(step, [...prefix, 'steps', index, 'input']));
}

/** What the tool's schema says against the input, leaving aside what only a reference's value can tell. */
function literalFaults({ tool, input }: PlanStep, prefix: Path): Fault[] {
  if (!isToolName(tool)) return [];
  const schema: z.ZodType = toolCatalogue[tool].input;
  const parsed = schema.safeParse(input);
  if (parsed.success) return [];
  const references = referencesIn(input).map(({ path }) => path);
  return parsed.error.issues
    .filter((issue) => !references.some((path) => concerns(issue, path)))
    .flatMap((issue) => {
      const at = [...prefix, ...issue.path];
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: formatPath([...at, key]), message: 'is not a known field' }))
        : [{ path: formatPath(at), message: issue.message }];
    });
}

/** Whether an issue lies at or below a reference, or is about a union that holds one. */
function concerns(issue: { code: string; path: Path }, reference: Path): boolean {
  const common = Math.min(issue.path.length, reference.length);
  for (let index = 0; index < common; index += 1) if (issue.path[index] !== reference[index]) return false;
  return issue.path.length >= reference.length || issue.code === 'invalid_union';
}

function throwFaults(code: ErrorCode, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, 50);
  const detail = shown.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new FactoryError(code, detail.slice(0, 1_000), { faults: shown });
}

import {
  agentType,
  FactoryError,
  formatPath,
  isAgentTypeName,
  isToolName,
  limits,
  mcpToolPattern,
  route,
  taskSpecSchema,
  toFaults,
  type AgentType,
  type ErrorCode,
  type RoutingRules,
  type TaskSpec,
} from '@agent-factory/contract';
import { requireScope } from '../auth/scopes';
import type { Principal } from '../auth/port';
import { checkPlan } from './plan';
import { requireSmall } from './size';
import type { TypeTable } from './types';

/** A task that passed every check that needs no store. */
export interface Admitted {
  type: AgentType;
  spec: TaskSpec;
}

/**
 * Checks what a client wrote, in this order: schema, size, scope of P0, type or route, plan. Throws at the first kind of fault,
 * naming every fault of that kind. `prefix` is the path of the task in the request.
 */
export function admit(
  raw: unknown,
  principal: Principal,
  { types, rules }: { types: TypeTable; rules: RoutingRules },
  prefix: readonly PropertyKey[] = [],
): Admitted {
  const spec = parseSpec(raw, prefix); // first: it bounds how deep the value is, and so who may walk it
  requireSmall(raw, limits.taskBytes, prefix);
  if (spec.priority === 'P0') requireScope(principal, 'task:p0');
  const type = typeOf(spec, types, rules);
  if (spec.brain.kind === 'plan') checkPlan(spec.brain, type, [...prefix, 'brain']);
  return { type, spec };
}

function parseSpec(raw: unknown, prefix: readonly PropertyKey[]): TaskSpec {
  const parsed = taskSpecSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = toFaults(parsed.error, prefix);
  const detail = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new FactoryError(faultCode(raw, parsed.error.issues), detail.slice(0, 1_000), { faults });
}

/** The most telling code: an unknown type or tool is called so, whatever else is wrong. */
function faultCode(raw: unknown, issues: readonly { path: readonly PropertyKey[] }[]): ErrorCode {
  const values = issues.map(({ path }) => ({ path: formatPath(path), value: valueAt(raw, path) }));
  const unknown = (pattern: RegExp, known: (name: string) => boolean): boolean =>
    values.some(({ path, value }) => pattern.test(path) && typeof value === 'string' && !known(value));
  if (unknown(/^type$/, isAgentTypeName)) return 'TYPE_UNKNOWN';
  if (unknown(/^brain\.steps\[\d+\]\.tool$/, (name) => isToolName(name) || mcpToolPattern.test(name)))
    return 'TOOL_UNKNOWN';
  return 'INVALID_ARGUMENT';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined,
    value,
  );
}

function typeOf(spec: TaskSpec, types: TypeTable, rules: RoutingRules): AgentType {
  // The schema lets exactly one of the two through.
  const name = spec.type ?? route(rules, spec.task_type ?? '');
  return types.get(name) ?? agentType(name);
}

import { diffInputs } from '../shared/diff';
import { autoNamed, isDefaulted } from '../shared/naming';
import type { CheckRequest, CheckResult, DiffRequest, DiffResult, Failure } from '../shared/provider';
import { redactFailures } from '../shared/redact';
import { checkShape } from '../shared/schema/check';
import { same, type ValueObject } from '../shared/values';
import { nameProperty, orReason, type Kind } from './cloudState';
import type { Scope } from './rules';

/** Every fault of the inputs at once: the package's declarations first, then what is written down for the type. */
export function checkInputs(kind: Kind, request: CheckRequest, scope: Scope): CheckResult {
  const named = nameProperty(kind);
  const inputs =
    named === undefined ? request.news : autoNamed(named, request.name, request.news, request.olds.value, request.seed);
  const failures = [
    ...checkShape(kind.schema, inputs.value, kind.rules?.enums),
    ...(kind.rules?.checks ?? []).flatMap((rule) => rule(inputs.value, scope)),
    ...placeFailures(kind, inputs.value, scope),
  ];
  return { inputs, failures: redactFailures(unique(failures), inputs) };
}

/** What changes, and whether that needs a new thing. */
export function diffState(kind: Kind, request: DiffRequest): DiffResult {
  const rules = kind.rules ?? { immutable: [] };
  const { oldInputs, news, oldState } = request;
  const changes = diffInputs(kind.schema, rules, oldInputs.value, news.value, oldState.value);
  const named = nameProperty(kind);
  const keepsName =
    named === undefined || (!isDefaulted(news.value, named) && same(news.value[named], oldInputs.value[named]));
  // Two things of one name cannot exist side by side, so the old one goes first.
  return { changes, deleteBeforeReplace: keepsName };
}

function placeFailures(kind: Kind, inputs: ValueObject, scope: Scope): Failure[] {
  const { schema } = kind;
  return (['project', 'region'] as const).flatMap((key) => {
    const input = schema.inputs[key];
    const isOpen = input !== undefined && !input.required && schema.outputs[key]?.required === true;
    if (!isOpen || inputs[key] !== undefined) return [];
    const { reason } = orReason(() => scope[key](inputs));
    return reason === undefined ? [] : [{ property: key, reason }];
  });
}

function unique(failures: readonly Failure[]): Failure[] {
  const byText = new Map(failures.map((failure) => [`${failure.property}\n${failure.reason}`, failure]));
  return [...byText.values()];
}

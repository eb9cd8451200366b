import type { Marked, ValueObject } from '../shared/values';
import { annotateSecrets } from './diff/secrets';
import { withUnderscores } from './keys';
import { text, type KubeObject } from './object';

const fieldManagerKey = '__fieldManager';
const versionKey = '__initialApiVersion';

/** The state that the engine keeps of an object: it as it is, and who applied it. */
export function stateOf(live: KubeObject, secrets: ReadonlySet<string>, fieldManager: string): Marked {
  const marked = annotateSecrets(live, secrets);
  const value = { ...marked.value, [fieldManagerKey]: fieldManager, [versionKey]: text(live['apiVersion']) };
  return withUnderscores({ value, secrets: marked.secrets });
}

/** The object out of a state. */
export function liveOf(state: ValueObject): KubeObject {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !key.startsWith('__')));
}

/** Who applied it. */
export function fieldManagerOf(state: ValueObject): string | undefined {
  return text(state[fieldManagerKey]) || undefined;
}

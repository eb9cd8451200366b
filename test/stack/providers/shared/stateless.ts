import { randomBytes } from 'node:crypto';
import { diffInputs } from './diff';
import { RefusedError, type StandInProvider } from './provider';
import { checkShape } from './schema/check';
import type { Schemas } from './schema/cache';
import type { TypeSchema } from './schema/model';
import type { Marked, ValueObject } from './values';

/** A type that lives in the state only: made once from its inputs, and anew when one of them changes. */
export interface StatelessType {
  /** Outputs beside the inputs. */
  make: (inputs: ValueObject) => ValueObject;
  /** Outputs that are secret. */
  secret: readonly string[];
}

/** A provider without a cloud: what it makes is nowhere but in Pulumi's state. It refuses types that it does not know. */
export function createStatelessProvider(
  name: string,
  schemas: Schemas,
  types: Readonly<Record<string, StatelessType>>,
): StandInProvider {
  const schemaOf = (type: string): TypeSchema => {
    const schema = schemas.of(type);
    if (schema === undefined || types[type] === undefined)
      throw new RefusedError('UNKNOWN_TYPE', `the stand-in for ${name} has no type ${type}`);
    return schema;
  };
  const state = (type: string, inputs: Marked): Marked => {
    const { make, secret } = types[type] ?? { make: () => ({}), secret: [] };
    return { value: { ...inputs.value, ...make(inputs.value) }, secrets: new Set([...inputs.secrets, ...secret]) };
  };
  return {
    name,
    version: schemas.version,
    replacedByConfig: [],
    checkConfig: () => [],
    configure: () => undefined,
    check: ({ type, news }) => ({ inputs: news, failures: checkShape(schemaOf(type), news.value) }),
    diff: ({ type, oldInputs, news, oldState }) => {
      const changes = diffInputs(schemaOf(type), { immutable: [] }, oldInputs.value, news.value, oldState.value);
      return {
        changes: new Map([...changes].map(([path, change]) => [path, { ...change, replace: true }])),
        deleteBeforeReplace: false,
      };
    },
    create: ({ type, inputs, preview }) =>
      preview ? { id: '', state: inputs } : { id: randomBytes(8).toString('hex'), state: state(type, inputs) },
    read: ({ id, state: kept, inputs }) => ({ id, state: kept, inputs }),
    update: () => {
      throw new RefusedError('IMMUTABLE', `nothing of ${name} changes in place`);
    },
    delete: () => undefined,
    invoke: (token) => {
      throw new RefusedError('UNKNOWN_FUNCTION', `the stand-in for ${name} has no function ${token}`);
    },
  };
}

import {
  FactoryError,
  formatPath,
  isReference,
  referencesIn,
  type Json,
  type PlanBrain,
  type PlanReference,
} from '@agent-factory/contract';

/** Bytes of JSON that the references of one value may bring in together. */
const resolvedBytesLimit = 8_388_608;

/** Which steps' outputs are wanted later; the others need not be kept. */
export function referredSteps(plan: PlanBrain): Set<string> {
  const values: Json[] = [...plan.steps.map(({ input }) => input), plan.output ?? null];
  const steps = values.flatMap((value) => referencesIn(value).map(({ target }) => target?.step));
  const last = plan.steps.at(-1)?.id;
  return new Set([...steps, plan.output === undefined ? last : undefined].filter((step) => step !== undefined));
}

/**
 * The value with every `{"$ref": "#/steps/{id}/output/…"}` replaced by what it names. Outputs are data: a `$ref` inside one stays as it is. `where`
 * names the value in errors. Throws PLAN_REFERENCE_INVALID with the path of the reference, PAYLOAD_TOO_LARGE past 8 MiB.
 */
export function resolveReferences(value: Json, outputs: ReadonlyMap<string, Json>, where: string): Json {
  let bytes = 0;
  const resolve = (part: Json, path: (string | number)[]): Json => {
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map((item, index) => resolve(item, [...path, index]));
    if (!isReference(part))
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, resolve(item, [...path, key])]));
    const [reference] = referencesIn(part, path);
    const found = lookUp(reference, outputs, where);
    bytes += JSON.stringify(found).length;
    if (bytes > resolvedBytesLimit)
      throw new FactoryError(
        'PAYLOAD_TOO_LARGE',
        `${where}: its references bring in more than ${resolvedBytesLimit} bytes`,
      );
    return found;
  };
  return resolve(value, []);
}

function lookUp(reference: PlanReference | undefined, outputs: ReadonlyMap<string, Json>, where: string): Json {
  const fault = (why: string): FactoryError => {
    const path = reference === undefined ? '' : formatPath(reference.path);
    const message = `${reference?.text.slice(0, 300) ?? ''} ${why}`;
    return new FactoryError('PLAN_REFERENCE_INVALID', `${where}: ${path}: ${message}`, { faults: [{ path, message }] });
  };
  if (reference?.target === undefined) throw fault('is not of the form #/steps/{id}/output/…, alone in its object');
  const { step, pointer } = reference.target;
  const output = outputs.get(step);
  if (output === undefined) throw fault(`names step "${step}", which has no output yet`);
  let found = output;
  for (const [index, part] of pointer.entries()) {
    const next = child(found, part);
    if (next === undefined) {
      const way = pointer
        .slice(0, index)
        .map((name) => `/${name}`)
        .join('');
      throw fault(
        `names nothing: the output of step "${step}" has no "${part.slice(0, 100)}" at ${way === '' ? 'its top' : way}`,
      );
    }
    found = next;
  }
  return found;
}

/** The member of an object or the item of an array; never anything inherited. */
function child(value: Json, part: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return /^(0|[1-9]\d{0,15})$/.test(part) ? value[Number(part)] : undefined;
  return Object.hasOwn(value, part) ? value[part] : undefined;
}

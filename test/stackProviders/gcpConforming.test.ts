import { CATALOGUE } from '../stack/providers/gcp/catalogue';
import type { ObjectSchema, Property, Shape, TypeSchema } from '../stack/providers/shared/schema/model';
import { isObject, mapTree, UNKNOWN, visit, type ValueObject } from '../stack/providers/shared/values';
import * as fc from 'fast-check';
import { createCloud, gcpSchemas, removeClouds, target } from './support/gcpCloud';
import { CONFORMING } from './support/gcpConforming';
import { unmarked } from '../stack/providers/shared/provider';

afterEach(removeClouds);

const entries = CONFORMING.map(([token, inputs], index) => ({ token, inputs, index }));

test.each(entries)('$token (entry $index) passes as it is', async ({ token, inputs }) => {
  expect(await createCloud().check(token, inputs)).toEqual([]);
});

test.each(entries)('$token (entry $index) passes whatever a preview does not know yet', async ({ token, inputs }) => {
  const { check } = createCloud();
  const paths = pathsOf(inputs);
  expect(await check(token, blurred(inputs, new Set(paths)))).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.subarray(paths, { minLength: 1 }), async (unknown) => {
      expect(await check(token, blurred(inputs, new Set(unknown)))).toEqual([]);
    }),
    { numRuns: 40, seed: 7 },
  );
});

test('all of it can be made in order, read without a difference and unmade in reverse', async () => {
  const { provider, create, diff, enableServices } = createCloud();
  await enableServices();
  const made: { token: string; id: string; inputs: ValueObject; state: ValueObject }[] = [];
  for (const [token, inputs] of CONFORMING) {
    const { id, state } = await create(token, inputs);
    made.push({ token, id, inputs, state: state.value });
  }
  for (const { token, id, inputs, state } of made) {
    const read = await provider.read({ ...target(token), id, state: unmarked(state), inputs: unmarked(inputs) });
    expect({ token, state: read?.state.value, inputs: read?.inputs.value }).toEqual({ token, state, inputs });
    expect([token, [...(await diff(token, inputs, inputs, state))]]).toEqual([token, []]);
  }
  for (const { token, id, state } of made.reverse()) {
    await provider.delete({ ...target(token), id, state: unmarked(state) });
  }
});

test('every output that the package declares as always present has a value, whatever the type', async () => {
  const { create, enableServices } = createCloud();
  await enableServices();
  for (const [token, inputs] of CONFORMING) {
    const { state } = await create(token, inputs);
    const promised = Object.entries(gcpSchemas().of(token)?.outputs ?? {}).filter(
      // A block that nobody asked for stays away, as it does in reality.
      ([, property]) => property.required && property.shape.kind !== 'object',
    );
    const missing = promised.map(([name]) => name).filter((name) => state.value[name] === undefined);
    expect({ token, missing }).toEqual({ token, missing: [] });
  }
});

test('every type with rules of its own has conforming inputs here, sources and derived inputs for each path it names', () => {
  const tested = new Set(CONFORMING.map(([token]) => token));
  for (const [token, rules] of Object.entries(CATALOGUE)) {
    const schema = gcpSchemas().of(token);
    expect({ token, isTested: tested.has(token), hasSource: rules.source.length > 0 }).toEqual({
      token,
      isTested: true,
      hasSource: true,
    });
    const named = [
      ...rules.immutable,
      ...(rules.mutable ?? []),
      ...Object.keys(rules.enums ?? {}),
      ...Object.keys(rules.defaults ?? {}),
      ...Object.keys(rules.replacesWhen ?? {}),
    ];
    const unknown = named.filter((path) => schema === undefined || !declares(schema, path));
    expect({ token, unknown }).toEqual({ token, unknown: [] });
  }
});

function pathsOf(inputs: ValueObject): string[] {
  const paths: string[] = [];
  visit(inputs, '', (_, path) => void (path !== '' && paths.push(path)));
  return paths;
}

function blurred(inputs: ValueObject, unknown: ReadonlySet<string>): ValueObject {
  const result = mapTree(inputs, '', (value, path) => (unknown.has(path) ? UNKNOWN : value));
  return isObject(result) ? result : {};
}

/** Whether the package declares an input at the path. */
function declares(schema: TypeSchema, path: string): boolean {
  let properties: ObjectSchema | undefined = schema.inputs;
  for (const step of path.replaceAll('[*]', '').split('.')) {
    const property: Property | undefined = properties?.[step];
    if (property === undefined) return false;
    const inner: Shape = property.shape.kind === 'array' ? property.shape.of : property.shape;
    properties = inner.kind === 'object' ? schema.objects[inner.ref] : undefined;
  }
  return true;
}

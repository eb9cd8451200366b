import * as fc from 'fast-check';
import { diffInputs } from '../stack/providers/shared/diff';
import { projectInputs, withoutInputs } from '../stack/providers/shared/project';
import { redact } from '../stack/providers/shared/redact';
import type { TypeSchema } from '../stack/providers/shared/schema/model';
import { concealed, revealed } from '../stack/providers/shared/secrets';
import {
  isObject,
  matching,
  same,
  UNKNOWN,
  visit,
  type Marked,
  type Value,
  type ValueObject,
} from '../stack/providers/shared/values';
import { fromWire, toWire } from '../stack/providers/shared/wire';

const key = fc.stringMatching(/^[a-z][a-zA-Z0-9.-]{0,6}$/);
const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const { tree } = fc.letrec<{ tree: Value; object: ValueObject }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
}));
const object = fc.dictionary(key, tree, { maxKeys: 4 });

/** A tree of which some parts are secret, none inside another. */
const marked: fc.Arbitrary<Marked> = object.chain((value) =>
  fc.subarray(pathsOf(value)).map((paths) => ({
    value,
    secrets: new Set(paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)))),
  })),
);

const free: TypeSchema = { token: 'x:y:Z', inputs: {}, outputs: {}, objects: {}, secrets: [] };

test('what goes over the wire comes back, secrets and unknowns included', () => {
  fc.assert(
    fc.property(marked, ({ value, secrets }) => {
      const back = fromWire(toWire({ value: { ...value, later: UNKNOWN }, secrets }));
      expect([same(back.value, { ...value, later: UNKNOWN }), back.secrets]).toEqual([true, secrets]);
    }),
  );
});

test('what is concealed shows no secret, and is revealed by who knows it', () => {
  fc.assert(
    fc.property(marked, ({ value, secrets }) => {
      const hidden = concealed({ value, secrets });
      const back = revealed(hidden, [value]);
      expect([same(back.value, value), back.secrets]).toEqual([true, secrets]);
      expect(revealed(hidden, []).secrets.size).toBe(0);
    }),
  );
  const hidden = concealed({
    value: { password: 'hunter2', list: [{ token: 'abc' }] },
    secrets: new Set(['password', 'list[0].token']),
  });
  expect(JSON.stringify(hidden)).not.toMatch(/hunter2|abc/);
  expect(revealed(hidden, [{ password: 'wrong' }]).value).toEqual({ list: [{}] });
});

test('a text is shown without the secrets of the inputs', () => {
  const inputs: Marked = {
    value: { password: 'hunter2', nested: { token: 'hunter2-and-more' }, open: 'seen' },
    secrets: new Set(['password', 'nested']),
  };
  expect(redact('"hunter2-and-more" and hunter2 were refused, seen was not', inputs)).toBe(
    '"[secret]" and [secret] were refused, seen was not',
  );
});

test('what is the same makes no difference; what differs makes one', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      expect(diffInputs(free, { immutable: [] }, before, structuredClone(before), before).size).toBe(0);
      const changes = diffInputs(free, { immutable: [] }, before, after, before);
      expect(changes.size === 0).toBe(isSameToProvider(before, after));
    }),
  );
});

test('an unknown value is a difference, and replaces where the property cannot change', () => {
  const changes = diffInputs(
    free,
    { immutable: ['a'] },
    { a: '1', b: '1' },
    { a: UNKNOWN, b: UNKNOWN },
    { a: '1', b: '1' },
  );
  expect([...changes]).toEqual([
    ['a', { kind: 'update', replace: true }],
    ['b', { kind: 'update', replace: false }],
  ]);
});

test('the longest pattern decides whether a nested change replaces', () => {
  const rules = { immutable: ['node', 'pools[*].disk'], mutable: ['node.labels'] };
  const before = { node: { disk: 1, labels: { a: 'x' } }, pools: [{ disk: 1, size: 1 }] };
  const after = { node: { disk: 2, labels: { a: 'y' } }, pools: [{ disk: 2, size: 2 }] };
  expect([...diffInputs(free, rules, before, after, before)].map(([path, { replace }]) => [path, replace])).toEqual([
    ['node.disk', true],
    ['node.labels.a', false],
    ['pools[0].disk', true],
    ['pools[0].size', false],
  ]);
});

test('projecting what was given on itself gives it back; what the service adds stays out', () => {
  fc.assert(
    fc.property(object, object, (given, added) => {
      expect(same(projectInputs(given, given), given)).toBe(true);
      const live = { ...added, ...given };
      expect(same(projectInputs(given, live), given)).toBe(true);
      expect(Object.keys(withoutInputs(live, given)).every((name) => !(name in given) || isObject(given[name]))).toBe(
        true,
      );
    }),
  );
});

test('a pattern finds every item and member it names, and nothing beneath an unknown', () => {
  const value: ValueObject = { pools: [{ name: 'a' }, { name: 'b' }], labels: { 'x.y': 1 }, later: UNKNOWN };
  expect(matching(value, 'pools[*].name')).toEqual([
    { path: 'pools[0].name', value: 'a' },
    { path: 'pools[1].name', value: 'b' },
  ]);
  expect(matching(value, 'labels.*')).toEqual([{ path: 'labels["x.y"]', value: 1 }]);
  expect(matching(value, 'later.name')).toEqual([]);
});

function pathsOf(value: ValueObject): string[] {
  const paths: string[] = [];
  visit(value, '', (_, path) => void (path !== '' && paths.push(path)));
  return paths;
}

function isWithin(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** An absent property and an empty one are the same to a provider. */
function isSameToProvider(before: Value | undefined, after: Value | undefined): boolean {
  if (before === undefined || after === undefined) return isEmpty(before ?? after);
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((item, index) => isSameToProvider(item, after[index]));
  }
  if (!isObject(before) || !isObject(after)) return same(before, after);
  return [...Object.keys(before), ...Object.keys(after)].every((name) => isSameToProvider(before[name], after[name]));
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

import { kindOf } from '../judge/types';
import type { Resource, StackRule } from '../judge/rule';
import { at, fields, items, text, type Value } from '../judge/value';

/** Shorter values are found by chance. */
const shortest = 12;

export const rule: StackRule = {
  name: 'kubernetes-secret-not-repeated',
  description: 'Let no other object of the cluster repeat in plain what a Secret holds',
  level: 'mandatory',
  source: 'Agent Factory',
  judgeStack: (resources) => {
    const secrets = resources.filter(({ type }) => kindOf(type) === 'Secret').flatMap(valuesOf);
    return resources
      .filter(({ type }) => kindOf(type) !== undefined && kindOf(type) !== 'Secret')
      .flatMap((resource) =>
        leaves(resource.props).flatMap(({ path, value }) => {
          const found = secrets.find(({ secret }) => value.includes(secret));
          return found === undefined
            ? []
            : [{ resource, path, fault: `repeats ${found.key} of Secret ${found.name}: mount the Secret` }];
        }),
      );
  },
};

function valuesOf({ name, props }: Resource): { name: string; key: string; secret: string }[] {
  const given = Object.entries(fields(at(props, 'stringData'))).map(([key, value]) => [key, text(value)] as const);
  const encoded = Object.entries(fields(at(props, 'data'))).map(
    ([key, value]) => [key, Buffer.from(text(value), 'base64').toString('utf8')] as const,
  );
  return [...given, ...encoded]
    .filter(([, secret]) => secret.length >= shortest && !secret.startsWith('-----BEGIN CERTIFICATE'))
    .map(([key, secret]) => ({ name, key, secret }));
}

function leaves(value: Value, path = ''): { path: string; value: string }[] {
  if (typeof value === 'string') return [{ path, value }];
  return [
    ...items(value).flatMap((item, index) => leaves(item, `${path}[${index}]`)),
    ...Object.entries(fields(value)).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`)),
  ];
}

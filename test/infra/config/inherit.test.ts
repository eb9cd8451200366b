import { withAncestors } from '../../../infra/config/load';
import { mergeConfig } from '../../../infra/config/inherit';

describe('inheritance between stacks', () => {
  test('maps are merged key by key, the rest is replaced, null takes a key away', () => {
    expect(mergeConfig({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3] }, d: null })).toEqual({ a: { b: 1, c: [3] } });
  });

  test('another kind starts anew: fields of the first do not carry over', () => {
    expect(mergeConfig({ kind: 'redis', tls: true }, { kind: 'external', host: 'h' })).toEqual({
      kind: 'external',
      host: 'h',
    });
  });

  test('a stack starts from the one that it inherits from, and that from its own', () => {
    const files: Record<string, Record<string, never> | Record<string, string | { [key: string]: number }>> = {
      prod: { inherits: 'base', queue: { memoryGb: 5 } },
      base: { queue: { memoryGb: 1, shards: 2 } },
    };
    expect(withAncestors({ inherits: 'prod', protect: true }, 'agent-factory', (name) => files[name] ?? {})).toEqual({
      inherits: 'prod',
      protect: true,
      queue: { memoryGb: 5, shards: 2 },
    });
  });

  test('a circle is refused', () => {
    expect(() => withAncestors({ inherits: 'a' }, 'agent-factory', () => ({ inherits: 'a' }))).toThrow(/circle/);
  });
});

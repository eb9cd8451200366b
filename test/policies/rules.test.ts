import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beyond, hardening } from '../../infra/policies/hardening';
import type { Rule } from '../../infra/policies/judge/rule';
import { hardeningPage } from '../../infra/policies/page';
import { rules } from '../../infra/policies/rules';
import { cloudExamples } from './examples/cloud';
import { clusterExamples } from './examples/cluster';
import { changed, keysOf, type ResourceExample } from './examples/example';
import { nodeExamples } from './examples/nodes';
import { objectExamples } from './examples/objects';
import { podExamples } from './examples/pods';
import { stackExamples } from './examples/stacks';
import { judged, resource, unknownText } from './judged';

const root = path.join(__dirname, '../..');
const examples: readonly ResourceExample[] = [
  ...clusterExamples,
  ...nodeExamples,
  ...cloudExamples,
  ...podExamples,
  ...objectExamples,
];

function named(name: string): Rule {
  const found = rules.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

describe.each(examples.map((example) => [example.rule, example.type, example] as const))(
  '%s on %s',
  (name, type, example) => {
    const rule = named(name);
    const says = (props: object): string[] => judged(rule, [resource(type, props)]);
    const [first] = example.good;

    it('is content with what is good, and says how to mend what is not', () => {
      for (const good of example.good) expect(says(good)).toHaveLength(example.always === true ? 1 : 0);
      for (const { path, value } of example.bad) {
        const said = says(changed(first, path, value));
        expect([path, said]).not.toEqual([path, []]);
        for (const each of said) expect(each).toMatch(/^thing: \[[^\]].*\] .+: .+/);
      }
    });

    it('is silent about what a preview does not know', () => {
      for (const { path } of example.bad) {
        const [outermost = ''] = keysOf(path);
        expect([path, says(changed(first, [outermost], unknownText)).length]).toEqual([
          path,
          example.evenUnknown === true ? 1 : 0,
        ]);
        expect(says(changed(first, path, unknownText)).join()).not.toContain(unknownText);
      }
    });

    it('is not confused by a resource with nothing in it', () => {
      expect(() => says({})).not.toThrow();
      expect(() => says({ metadata: null, spec: null, nodeConfig: null, settings: null })).not.toThrow();
    });
  },
);

describe.each(stackExamples.map((example) => [example.rule, example] as const))('%s', (name, { keeps, breaks }) => {
  const rule = named(name);

  it('is content with stacks that keep it', () => {
    for (const stack of keeps) expect(judged(rule, stack)).toEqual([]);
  });

  it('names the resource at fault of stacks that break it', () => {
    for (const stack of breaks) expect(judged(rule, stack)).not.toEqual([]);
    for (const said of breaks.flatMap((stack) => judged(rule, stack))) expect(said).toMatch(/^[\w.-]+: \[.+\] .+: .+/);
  });

  it('does not fail on a stack that a preview knows nothing of', () => {
    const unknown = [...keeps, ...breaks].map((stack) =>
      stack.map(({ type, name }) => resource(type, { metadata: unknownText, spec: unknownText }, { name })),
    );
    for (const stack of unknown) expect(() => judged(rule, stack)).not.toThrow();
  });
});

describe('the pack', () => {
  const names = rules.map(({ name }) => name);
  const files = readdirSync(path.join(root, 'infra/policies/rules'))
    .map((file) => path.basename(file, '.ts'))
    .filter((file) => file !== 'index');

  it('holds each file’s rule under the file’s name, once', () => {
    expect(names).toEqual(files.toSorted());
  });

  it('has an example that fails for each rule', () => {
    const failing = [
      ...examples.filter(({ bad, always }) => bad.length > 0 || always === true).map(({ rule }) => rule),
      ...stackExamples.filter(({ breaks }) => breaks.length > 0).map(({ rule }) => rule),
    ];
    expect(names.filter((name) => !failing.includes(name))).toEqual([]);
  });

  it('keeps all 41 rows of the hardening list, each by rules that are there', () => {
    expect(hardening.map(({ row }) => row)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    const listed = [...hardening.flatMap(({ rules }) => rules), ...beyond.map(({ rule }) => rule)];
    expect(listed.toSorted()).toEqual(names.toSorted());
    const tests = hardening.flatMap(({ tests = [] }) => tests);
    for (const file of tests) expect(readFileSync(path.join(root, file), 'utf8')).toContain('it(');
  });

  it('is described by docs/hardening.md as it is', () => {
    expect(readFileSync(path.join(root, 'docs/hardening.md'), 'utf8')).toBe(hardeningPage());
  });
});

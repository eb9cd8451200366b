import { agentTypeNames } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { typesOf } from '../../../dispatcher/src/metricsAdapter/selector';

const space = fc.constantFrom('', ' ', '  ');

test.each([
  ['', [...agentTypeNames]],
  ['agent_type=python', ['python']],
  ['agent_type==python', ['python']],
  [' agent_type = python ', ['python']],
  ['agent_type in (python)', ['python']],
  ['agent_type in (frontend, python)', ['python', 'frontend']],
  ['agent_type in (python,frontend),agent_type=frontend', ['frontend']],
  ['agent_type=python,agent_type=frontend', []],
])('%p names %p', (selector, types) => {
  expect(typesOf(selector)).toEqual(types);
});

test('any set of types, however it is spaced, is read as that set', () => {
  const sets = fc.tuple(fc.subarray([...agentTypeNames], { minLength: 1 }), space, space, space);
  fc.assert(
    fc.property(sets, ([types, before, between, after]) => {
      const list = types.join(`${between},${after}`);
      expect(typesOf(`${before}agent_type in ${between}(${before}${list}${after})${before}`)).toEqual(types);
    }),
  );
});

test.each([
  ['agent_type!=python', 'BadRequest', 'not supported'],
  ['agent_type notin (python)', 'BadRequest', 'not supported'],
  ['agent_type', 'BadRequest', 'not supported'],
  ['!agent_type', 'BadRequest', 'not supported'],
  ['agent_type=python,', 'BadRequest', 'not supported'],
  ['agent_type in (python', 'BadRequest', 'not supported'],
  ['agenttype=python', 'BadRequest', 'the only label is agent_type'],
  ['agent_type=cobol', 'NotFound', '"cobol"'],
  ['agent_type in (python,cobol)', 'NotFound', '"cobol"'],
  ['agent_type in ()', 'NotFound', '""'],
  [`agent_type in (${'python,'.repeat(400)}python)`, 'BadRequest', 'longer'],
])('refuses %p', (selector, reason, text) => {
  expect(() => typesOf(selector)).toThrow(expect.objectContaining({ reason, message: expect.stringContaining(text) }));
});

function outcomeOf(selector: string): string {
  try {
    return typesOf(selector).every((type) => agentTypeNames.includes(type)) ? 'types' : 'others';
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}

test('whatever text comes, it is types of the catalogue or a refusal', () => {
  const texts = fc.oneof(fc.string({ maxLength: 3_000 }), fc.stringMatching(/^[agent_type=in(),! ]{0,200}$/));
  fc.assert(fc.property(texts, (text) => expect(['types', 'StatusError']).toContain(outcomeOf(text))));
});

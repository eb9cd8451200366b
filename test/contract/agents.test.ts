import { agentTypes, agentTypeNames, agentType, FactoryError } from '@agent-factory/contract';

test('the catalogue holds twelve types with distinct names', () => {
  expect(agentTypes).toHaveLength(12);
  expect(new Set(agentTypeNames).size).toBe(12);
});

test('an unknown type is named in the error, with what would be right', () => {
  expect(() => agentType('pyhton')).toThrow(FactoryError);
  expect(() => agentType('pyhton')).toThrow(/TYPE_UNKNOWN: "pyhton" is not one of python/);
});

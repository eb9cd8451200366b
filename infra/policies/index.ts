import { PolicyPack } from '@pulumi/policy';
import { policiesOf } from './judge/policy';
import { rules } from './rules';

/** Serves the rules to the engine from here on. */
export const pack = new PolicyPack('agent-factory', { policies: policiesOf(rules), enforcementLevel: 'mandatory' });

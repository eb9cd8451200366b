import type { TaskSpec } from '@agent-factory/contract';
import type { Brain } from './brain';
import type * as ModelBrainModule from './model/modelBrain';
import { planBrain } from './plan';

/** The brain that a task asks for. What the model brain needs is loaded when the first task wants it: an idle agent starts fast and stays small. */
export function brainFor(spec: TaskSpec['brain']): Brain {
  if (spec.kind === 'plan') return planBrain(spec);
  // A require, since a dynamic import would need the name of a built file; its type is that of the module.
  const { modelBrain } = require('./model/modelBrain') as typeof ModelBrainModule;
  return modelBrain(spec);
}

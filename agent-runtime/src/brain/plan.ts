import { FactoryError, type Json, type PlanBrain, type PlanStep } from '@agent-factory/contract';
import type { Brain, BrainContext } from './brain';
import { referredSteps, resolveReferences } from './references';

/** Makes the tool calls that the task gives, in order. */
export function planBrain(plan: PlanBrain): Brain {
  return {
    async run(context) {
      const outputs = new Map<string, Json>();
      const wanted = referredSteps(plan);
      const total = plan.steps.length;
      for (const [index, step] of plan.steps.entries()) {
        context.signal.throwIfAborted();
        const output = await runStep(step, outputs, context);
        if (wanted.has(step.id)) outputs.set(step.id, output);
        context.progress({ step: step.id, done: index + 1, total });
      }
      const last = plan.steps.at(-1);
      if (plan.output !== undefined) return { output: resolveReferences(plan.output, outputs, 'brain.output') };
      return { output: last === undefined ? null : (outputs.get(last.id) ?? null) };
    },
  };
}

async function runStep(step: PlanStep, outputs: ReadonlyMap<string, Json>, context: BrainContext): Promise<Json> {
  const where = `step "${step.id}" (${step.tool})`;
  // A spent limit ends the plan, whatever its steps say: none of the later ones could run.
  const endsPlan = context.tools.left <= 0;
  try {
    const input = resolveReferences(step.input, outputs, `${where}: input`);
    return await context.tools.call(step.id, step.tool, input);
  } catch (error) {
    context.signal.throwIfAborted();
    const failed = inStep(error, where);
    if (step.on_error === 'fail' || endsPlan) throw failed;
    context.log(`${failed.detail.slice(0, 1_000)}; the plan goes on`);
    return { error: { code: failed.code, message: failed.detail.slice(0, 4_000) } };
  }
}

function inStep(error: unknown, where: string): FactoryError {
  if (!(error instanceof FactoryError))
    return new FactoryError('TOOL_FAILED', `${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  const detail = error.detail.startsWith(where) ? error.detail : `${where}: ${error.detail}`;
  return new FactoryError(error.code, detail, { faults: error.faults, cause: error });
}

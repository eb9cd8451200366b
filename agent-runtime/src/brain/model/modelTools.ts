import type { Json } from '@agent-factory/contract';
import { dynamicTool, jsonSchema, type ToolSet } from 'ai';
import type { ToolDescription } from '../../tools/session';
import type { ToolBox } from '../toolBox';
import { providerNames } from './toolNames';

/** Characters of one tool's answer that a model is shown; the rest is cut, and that is said. */
const shownLimit = 48_000;

/**
 * The tools as the AI SDK wants them. They run one after the other, also when a model asks for several at once: they share a workspace. A failure is
 * thrown, and the SDK shows its text to the model.
 */
export function modelTools(tools: readonly ToolDescription[], box: Pick<ToolBox, 'call'>, step: () => string): ToolSet {
  const names = providerNames(tools.map(({ name }) => name));
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (run: () => Promise<Json>): Promise<Json> => {
    const own = last.then(run, run);
    last = own;
    return own;
  };
  const set: ToolSet = {};
  for (const [providerName, name] of names) {
    const description = byName.get(name);
    if (description === undefined) continue;
    set[providerName] = dynamicTool({
      description: description.description,
      inputSchema: jsonSchema(description.inputSchema),
      // What a model sends is JSON.
      execute: (input) => inTurn(async () => shown(await box.call(step(), name, input as Json))),
    });
  }
  return set;
}

/** The answer, or as much of its text as a model is shown. */
function shown(output: Json): Json {
  const text = JSON.stringify(output);
  if (text.length <= shownLimit) return output;
  return {
    cut: `only the first ${shownLimit} of ${text.length} characters are shown`,
    text: text.slice(0, shownLimit),
  };
}

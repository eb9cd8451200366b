import { toolCatalogue, toolNames, type JsonObject } from '@agent-factory/contract';
import { z } from 'zod';
import type { ToolDescription } from '../session';

let known: ToolDescription[] | undefined;

/** The tools of the catalogue with the JSON Schemas of their inputs; made at the first question. */
export function builtinDescriptions(): readonly ToolDescription[] {
  known ??= toolNames.map((name) => ({
    name,
    description: toolCatalogue[name].description,
    inputSchema: z.toJSONSchema(toolCatalogue[name].input, { io: 'input' }) as JsonObject, // a JSON Schema is JSON
  }));
  return known;
}

import { z } from 'zod';
import { aspectSchema, sectionSchema } from './section';

const path = z.string().min(1).max(1024).describe('Path relative to /workspace; one that leaves it is refused');
const timeoutMs = z.int().min(100).max(3_600_000).default(120_000);
const encoding = z.enum(['utf8', 'base64']).default('utf8');

/** What a program printed and how it ended. */
const programOutput = z.strictObject({
  exit_code: z.int().nullable().describe('null when a signal ended it'),
  signal: z.string().nullable(),
  timed_out: z.boolean(),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean().describe('Whether output past max_output_bytes was dropped'),
});

const programLimits = {
  cwd: path.default('.'),
  timeout_ms: timeoutMs,
  max_output_bytes: z.int().min(1).max(1_048_576).default(131_072).describe('For stdout and stderr each'),
};

/** Every tool an agent type can be given: what it does, what it takes, what it answers. */
export const toolCatalogue = {
  shell: {
    description:
      'Runs a program. `argv` runs it without a shell; `script` runs `sh -c script` with `args` as $1, $2, …, never pasted into the text. A non-zero exit is an answer, not an error.',
    input: z
      .strictObject({
        argv: z.array(z.string().max(65_536)).min(1).max(256).optional(),
        script: z.string().min(1).max(65_536).optional(),
        args: z.array(z.string().max(65_536)).max(256).default([]),
        stdin: z.string().max(262_144).default(''),
        env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), z.string().max(8192)).default({}),
        ...programLimits,
      })
      .refine(
        (input) => (input.argv === undefined) !== (input.script === undefined),
        'give exactly one of argv and script',
      ),
    output: programOutput,
  },
  read_file: {
    description: 'Reads a file, or a part of it.',
    input: z.strictObject({
      path,
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1_048_576).default(262_144),
      encoding,
    }),
    output: z.strictObject({ content: z.string(), size: z.int(), truncated: z.boolean() }),
  },
  write_file: {
    description: 'Writes a file whole, making its folders; the old content is replaced at once or not at all.',
    input: z.strictObject({
      path,
      content: z.string().max(1_048_576),
      encoding,
      executable: z.boolean().default(false),
    }),
    output: z.strictObject({ path: z.string(), size: z.int() }),
  },
  list_files: {
    description: 'Lists files and folders below a folder; links are named, never followed.',
    input: z.strictObject({
      path: path.default('.'),
      glob: z.string().max(512).optional(),
      depth: z.int().min(1).max(64).default(64),
      limit: z.int().min(1).max(10_000).default(1_000),
    }),
    output: z.strictObject({
      entries: z.array(
        z.strictObject({ path: z.string(), kind: z.enum(['file', 'folder', 'link', 'other']), size: z.int() }),
      ),
      truncated: z.boolean(),
    }),
  },
  search: {
    description: 'Finds lines that match an extended regular expression in the text files below a folder.',
    input: z.strictObject({
      pattern: z.string().min(1).max(1024),
      path: path.default('.'),
      glob: z.string().max(512).optional(),
      ignore_case: z.boolean().default(false),
      limit: z.int().min(1).max(5_000).default(200),
      timeout_ms: timeoutMs,
    }),
    output: z.strictObject({
      matches: z.array(z.strictObject({ path: z.string(), line: z.int(), text: z.string() })),
      truncated: z.boolean(),
    }),
  },
  apply_patch: {
    description: 'Applies a unified diff, all of it or nothing.',
    input: z.strictObject({
      patch: z.string().min(1).max(1_048_576),
      path: path.default('.'),
      strip: z.int().min(0).max(8).default(1),
    }),
    output: z.strictObject({ files: z.array(z.string()) }),
  },
  git: {
    description: 'Runs git with the arguments; no hooks, no prompt, no pager.',
    input: z.strictObject({ args: z.array(z.string().max(65_536)).min(1).max(256), ...programLimits }),
    output: programOutput,
  },
  http_fetch: {
    description: "Makes an HTTP request to a host on the type's allow-list.",
    input: z.strictObject({
      url: z.url({ protocol: /^https?$/ }).max(4096),
      method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      headers: z.record(z.string().max(128), z.string().max(8192)).default({}),
      body: z.string().max(1_048_576).optional(),
      max_bytes: z.int().min(1).max(1_048_576).default(262_144),
      timeout_ms: z.int().min(100).max(120_000).default(30_000),
    }),
    output: z.strictObject({
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
      truncated: z.boolean(),
    }),
  },
  inspect: {
    description: 'Examines one aspect of a Git checkout and reports facts, tables and findings.',
    input: z.strictObject({ aspect: aspectSchema, path: path.default('repo') }),
    output: sectionSchema,
  },
} as const satisfies Record<string, ToolRecord>;

/** The shape of one tool. */
export interface ToolRecord {
  /** One or two sentences, also what a model reads. */
  description: string;
  input: z.ZodType;
  output: z.ZodType;
}

export type ToolName = keyof typeof toolCatalogue;
export type ToolInput<N extends ToolName> = z.output<(typeof toolCatalogue)[N]['input']>;
export type ToolOutput<N extends ToolName> = z.output<(typeof toolCatalogue)[N]['output']>;

export const toolNames = Object.keys(toolCatalogue) as [ToolName, ...ToolName[]]; // keys of a literal, none lost
export const toolNameSchema = z.enum(toolNames).meta({ id: 'ToolName' });

/** `mcp/{server}/{tool}`: a tool of an MCP server named in the configuration. */
export const mcpToolPattern = /^mcp\/[a-z0-9][a-z0-9-]{0,39}\/[A-Za-z0-9_.-]{1,64}$/;

export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(toolCatalogue, name);
}

import type { batchItemSchema } from '@agent-factory/contract';
import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { CommandError, exitCodes } from '../exit';
import { messageOf, textField } from '../thrown';

/** A task as written; the dispatcher checks it, so that a fault is told in one way only. */
export type SpecInput = z.input<typeof batchItemSchema> & Record<string, unknown>;

export interface SubmitOptions {
  type?: string;
  taskType?: string;
  prompt?: string;
  model?: string;
  plan?: string;
  repo?: string;
  priority?: string;
  crew?: string;
  label?: string[];
  delay?: string;
  timeout?: string;
  maxAttempts?: string;
  idempotencyKey?: string;
  wait?: boolean;
}

/** The tasks of a file; options other than what to do count for each of them. */
export async function readSpecs(file: string, options: SubmitOptions): Promise<SpecInput[]> {
  const value = parseYaml(await readText(file), file);
  const tasks: unknown = isObject(value) && Array.isArray(value['tasks']) ? value['tasks'] : value;
  const list: unknown[] = Array.isArray(tasks) ? tasks : [tasks];
  if (list.length === 0) throw new CommandError(exitCodes.usage, `${file} holds no task`);
  return list.map((item, index) => {
    if (!isObject(item)) throw new CommandError(exitCodes.usage, `${file}: task ${index + 1} is not an object`);
    return { ...item, ...common(options, item) } as SpecInput; // the dispatcher checks it
  });
}

/** The task that options describe. */
export async function specFromOptions(options: SubmitOptions): Promise<SpecInput> {
  const { type, taskType, prompt, model, plan } = options;
  if (prompt !== undefined && plan !== undefined)
    throw new CommandError(exitCodes.usage, 'give one of --prompt and --plan');
  if ((type === undefined) === (taskType === undefined))
    throw new CommandError(exitCodes.usage, 'give one of --type and --task-type');
  const brain =
    plan === undefined ? { kind: 'model', prompt, ...(model === undefined ? {} : { model }) } : await planBrain(plan);
  return { ...(type === undefined ? { task_type: taskType } : { type }), brain, ...common(options, {}) } as SpecInput; // the dispatcher checks it
}

/** A plan file is a list of steps, or an object with `steps` and perhaps `output`. */
async function planBrain(file: string): Promise<Record<string, unknown>> {
  const value = parseYaml(await readText(file), file);
  if (Array.isArray(value)) return { kind: 'plan', steps: value };
  if (isObject(value) && Array.isArray(value['steps'])) return { kind: 'plan', ...value };
  throw new CommandError(exitCodes.usage, `${file} is not a plan`, {
    hints: ['A plan is a list of steps: - {id: look, tool: list_files, input: {path: .}}'],
  });
}

function common(options: SubmitOptions, item: Record<string, unknown>): Record<string, unknown> {
  const { priority, crew, label, delay, timeout, maxAttempts } = options;
  const labels =
    label === undefined
      ? undefined
      : { ...(isObject(item['labels']) ? item['labels'] : {}), ...Object.fromEntries(label.map(splitLabel)) };
  const entries = {
    priority,
    crew,
    labels,
    delay_ms: milliseconds('--delay', delay),
    timeout_ms: milliseconds('--timeout', timeout),
    max_attempts: maxAttempts === undefined ? undefined : number('--max-attempts', maxAttempts),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

function splitLabel(label: string): [string, string] {
  const at = label.indexOf('=');
  if (at < 1) throw new CommandError(exitCodes.usage, `--label takes key=value, not "${label}"`);
  return [label.slice(0, at), label.slice(at + 1)];
}

function milliseconds(option: string, value: string | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(number(option, value) * 1_000);
}

function number(option: string, value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed))
    throw new CommandError(exitCodes.usage, `${option} takes a number, not "${value}"`);
  return parsed;
}

async function readText(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(exitCodes.usage, `cannot read ${file}: ${textField(error, 'code') ?? messageOf(error)}`);
  }
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [at] = error.linePos ?? [];
    throw new CommandError(
      exitCodes.usage,
      `${file === '-' ? 'stdin' : file}:${at?.line ?? 1}:${at?.col ?? 1} ${error.message.split('\n')[0] ?? ''}`,
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

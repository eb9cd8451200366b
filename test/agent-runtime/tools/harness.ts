import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Json } from '@agent-factory/contract';
import { build } from 'esbuild';
import type { Confinement } from '../../../agent-runtime/src/confinement/confinement';
import { howToGetBubblewrap } from '../../../agent-runtime/src/confinement/describe';
import { probeBubblewrap } from '../../../agent-runtime/src/confinement/detect';
import { mcpServersSchema } from '../../../agent-runtime/src/tools/mcp/config';
import type { ToolCallOutcome, ToolSession } from '../../../agent-runtime/src/tools/session';
import { startToolSession } from '../../../agent-runtime/src/tools/startSession';

const root = resolve(__dirname, '../../..');

/** Bundles one program for Node into a folder. */
export async function bundle(entry: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return outfile;
}

/** Bubblewrap, which these tests are about: a machine without it fails them, and learns how to get it. */
export async function requireBubblewrap(): Promise<Confinement> {
  const found = await probeBubblewrap(process.env.PATH ?? '');
  if (found.kind === 'bubblewrap') return found;
  const command = await howToGetBubblewrap();
  throw new Error(
    `${found.reason}. These tests need it: ${command ?? 'apt-get install -y bubblewrap (a Linux machine)'}`,
  );
}

export interface HarnessOptions {
  confinement?: Confinement;
  egress?: string[];
  mcpServers?: unknown;
  memoryBytes?: number;
}

/** Sessions of one test file: the bundle is made once, everything is ended and removed at the end. */
export class Harness {
  readonly logs: string[] = [];
  readonly #ends: (() => Promise<unknown>)[] = [];
  #script: Promise<string> | undefined;
  #confinement: Promise<Confinement> | undefined;

  /** A new folder, links resolved. */
  async folder(): Promise<string> {
    const path = await realpath(await mkdtemp(join(tmpdir(), 'tools-test-')));
    this.#ends.push(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  /** tools.cjs, made once. */
  script(): Promise<string> {
    this.#script ??= this.folder().then((folder) =>
      bundle('agent-runtime/src/tools/main.ts', join(folder, 'tools.cjs')),
    );
    return this.#script;
  }

  confinement(): Promise<Confinement> {
    this.#confinement ??= requireBubblewrap();
    return this.#confinement;
  }

  async session(options: HarnessOptions = {}): Promise<{ session: ToolSession; workspace: string }> {
    const workspace = await this.folder();
    const session = await startToolSession({
      workspace,
      confinement: options.confinement ?? (await this.confinement()),
      egress: options.egress ?? [],
      mcpServers: mcpServersSchema.parse(options.mcpServers ?? {}),
      entry: { node: process.execPath, script: await this.script() },
      signal: new AbortController().signal,
      onLog: (line) => void this.logs.push(line),
      ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
    });
    this.#ends.unshift(() => session.stop());
    return { session, workspace };
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

/** The output of a call that must have gone well. */
export function output(outcome: ToolCallOutcome): Record<string, Json> {
  if (outcome.outcome !== 'ok') throw new Error(`${outcome.outcome} ${outcome.code}: ${outcome.message}`);
  return outcome.output as Record<string, Json>; // every tool answers an object
}

/** Runs a script and answers what it printed. */
export async function sh(session: ToolSession, script: string, more: Record<string, Json> = {}): Promise<string> {
  const { stdout, stderr } = output(await session.call({ tool: 'shell', input: { script, ...more } }));
  return `${stdout as string}${stderr as string}`; // the schema of shell's output
}

/** Whether a process of this machine carries the word in its command line. */
export async function processesWith(word: string): Promise<number[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => (lines[index] ?? '').includes(word)).map(Number);
}

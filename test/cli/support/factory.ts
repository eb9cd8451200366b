import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FactoryClient } from '../../../cli/src/client/factory';
import { factoryPaths } from '../../../cli/src/local/paths';
import { programRoot } from '../../../cli/src/local/programRoot';
import { readState, type LocalState } from '../../../cli/src/local/state';

const entry = join(programRoot(), 'cli/bin/factory.mjs');
const running: ChildProcess[] = [];

/** The environment of a person who has set nothing. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return { PATH, HOME, LANG };
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `factory` to its end; `onStart` gets the process. `node`: the Node that runs it, with its arguments. */
export async function factory(
  folder: string,
  args: readonly string[],
  input = '',
  onStart: (child: ChildProcess) => void = () => {},
  [node = process.execPath, ...nodeArgs]: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(node, [...nodeArgs, entry, ...args], { cwd: folder, env: plainEnvironment(), stdio: 'pipe' });
  running.push(child);
  onStart(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(input);
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

/** A line of `factory up --json`. */
type UpLine = { event: string } & Record<string, unknown>;

interface StartOptions {
  node?: readonly string[];
  before?: readonly string[];
}

/** A factory that was started in a folder. */
export interface Up {
  child: ChildProcess & { pid: number };
  lines: UpLine[];
  /** The next line (not seen by an earlier call) that fits. Rejects when the factory ends before, with what it said. */
  next(fits: (line: UpLine) => boolean): Promise<UpLine>;
  /** Resolves with the exit code, or the signal. */
  ended: Promise<number | string | null>;
}

/** Starts `factory up` on free ports; answers while it is still starting. `node`: as for `factory`; `before`: what stands before the verb. */
export function startUp(
  folder: string,
  args: readonly string[] = [],
  { node: [node = process.execPath, ...nodeArgs] = [], before = [] }: StartOptions = {},
): Up {
  const up = [...before, 'up', '--json', '--http-port', '0', '--grpc-port', '0', ...args];
  const child = spawn(node, [...nodeArgs, entry, ...up], {
    cwd: folder,
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const lines: UpLine[] = [];
  let stderr = '';
  let over = false;
  let wake: () => void = () => {};
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as UpLine); // the test of its shape is what it is compared with
    wake();
  });
  const ended = once(child, 'close').then(() => {
    over = true;
    wake();
    return child.signalCode ?? child.exitCode;
  });
  let seen = 0;
  const next = async (fits: (line: UpLine) => boolean): Promise<UpLine> => {
    for (;;) {
      while (seen < lines.length) {
        const line = lines[seen];
        seen += 1;
        if (line !== undefined && fits(line)) return line;
      }
      if (over) throw new Error(`factory up ended: ${stderr}\n${JSON.stringify(lines.slice(-5), null, 1)}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { child: Object.assign(child, { pid: child.pid ?? 0 }), lines, next, ended };
}

export function stateOf(folder: string): LocalState {
  const state = readState(factoryPaths(folder).state);
  if (state === undefined) throw new Error('no state was written');
  return state;
}

export function clientOf(folder: string): FactoryClient {
  return new FactoryClient({
    url: stateOf(folder).url,
    token: readFileSync(factoryPaths(folder).token, 'utf8').trim(),
  });
}

/** Process of a part as the state names it. */
export function pidOf(folder: string, part: string): number {
  const pid = stateOf(folder).parts.find(({ name }) => name === part)?.process?.pid;
  if (pid === undefined) throw new Error(`${part} does not run`);
  return pid;
}

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  }
}, 60_000);

/** Starts `factory run audit --json`, and calls back once, at the first claim by the agent. Resolves with what the command ended with. */
export async function auditWatched(
  folder: string,
  repository: string,
  agent: string,
  onClaim: (audit: ChildProcess) => void,
  options: readonly string[] = [],
): Promise<Ended> {
  const over = new AbortController();
  let audit: Promise<Ended> | undefined;
  let child: ChildProcess | undefined;
  const begin = (): void => {
    const args = ['run', 'audit', '--repo', repository, '--json', ...options];
    audit ??= factory(folder, args, '', (started) => (child = started));
  };
  for await (const { kind, agent_id: by } of clientOf(folder).events({ signal: over.signal, onOpen: begin })) {
    if (kind !== 'claimed' || by !== agent || child === undefined) continue;
    onClaim(child);
    over.abort();
  }
  if (audit === undefined) throw new Error('the events ended before the audit began');
  return audit;
}

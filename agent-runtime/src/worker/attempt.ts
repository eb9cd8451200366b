import { FactoryError, noUsage, type Assignment, type Json, type TaskSpec, type Usage } from '@agent-factory/contract';
import type { AgentConfig } from '../config';
import type { Brain, ModelAccess } from '../brain/brain';
import { ToolBox } from '../brain/toolBox';
import type { Clock } from '../clock';
import type { Logger } from '../log';
import type { ToolSession } from '../tools/session';
import type { AgentFolder, Workspace } from '../workspace/agentFolder';
import type { ArtifactCache } from '../workspace/artifactCache';
import { layInputs } from '../workspace/inputs';
import type { AttemptHooks, RunAttempt } from './attemptPort';
import { failed, succeeded } from './outcome';

/** What an attempt is made of. */
export interface AttemptParts {
  type: AgentConfig['type'];
  clock: Clock;
  log: Logger;
  folder: AgentFolder;
  cache: ArtifactCache;
  model: ModelAccess;
  startTools(workspace: string, signal: AbortSignal, onLog: (line: string) => void): Promise<ToolSession>;
  brainFor(spec: TaskSpec['brain']): Brain;
}

/** How long work that was told to stop may take before it is left behind; its tools are killed then. */
const stopGraceMs = 2_000;

/** Works on one task: a workspace, its inputs, confined tools, the brain; then nothing is left of it. */
export function attemptRunner(parts: AttemptParts): RunAttempt {
  return async (assignment, signal, hooks) => {
    const timeout = new AbortController();
    const cancelTimeout = parts.clock.after(assignment.timeout_ms, () =>
      timeout.abort(new FactoryError('TASK_TIMEOUT', `the attempt took longer than ${assignment.timeout_ms} ms`)),
    );
    const open = new Cleanup(parts.log.child({ task_id: assignment.id, epoch: assignment.epoch }));
    try {
      await work(parts, assignment, AbortSignal.any([signal, timeout.signal]), hooks, open);
    } finally {
      cancelTimeout();
      await open.close();
    }
  };
}

async function work(
  parts: AttemptParts,
  assignment: Assignment,
  signal: AbortSignal,
  hooks: AttemptHooks,
  open: Cleanup,
): Promise<void> {
  let usage: Usage = noUsage;
  let box: ToolBox | undefined;
  const used = (): Usage => ({ ...usage, tool_calls: box?.made ?? 0 });
  const spent = (): { usage: Usage; tool_calls: ToolBox['calls'][number][] } => ({
    usage: used(),
    tool_calls: [...(box?.calls ?? [])],
  });
  hooks.metered(used);
  const addUsage = (more: Partial<Usage>): void => {
    usage = addedUp(usage, more);
  };
  const doIt = async (): Promise<Json> => {
    const workspace = open.keep(await parts.folder.create(assignment));
    const session = await parts.startTools(workspace.path, signal, (line) => hooks.log('agent', line));
    open.keepSession(session);
    const { clock, cache, folder, type } = parts;
    await layInputs(assignment.spec.inputs, {
      workspace: workspace.path,
      privateFolder: folder.privatePath,
      cache,
      tools: session,
      signal,
    });
    box = new ToolBox({
      session,
      type,
      clock,
      signal,
      maxCalls: assignment.spec.limits.max_tool_calls,
      onOutput: (stream, text) => hooks.log(stream, text),
      onCall: (line) => hooks.log('agent', line),
    });
    const brain = parts.brainFor(assignment.spec.brain);
    const log = (text: string): void => hooks.log('agent', text);
    const { model } = parts;
    const { output } = await brain.run({
      assignment,
      type,
      tools: box,
      model,
      clock,
      signal,
      progress: hooks.progress,
      addUsage,
      log,
    });
    return output;
  };
  try {
    hooks.finished(succeeded(await endsWith(doIt(), signal, parts.clock), spent()));
  } catch (error) {
    if (!(error instanceof FactoryError)) parts.log.error({ err: error, task_id: assignment.id }, 'attempt failed');
    // Killed before it is reported: the next attempt must not meet what this one started.
    if (signal.aborted) await open.closeSession();
    hooks.finished(failed(error, signal, spent()));
  }
}

/** Waits for the work, but only so long once it was told to stop. */
async function endsWith<T>(running: Promise<T>, signal: AbortSignal, clock: Clock): Promise<T> {
  let cancel = (): void => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const arm = (): void => {
      cancel = clock.after(stopGraceMs, () => reject(new Error('the work did not stop in time')));
    };
    if (signal.aborted) arm();
    else signal.addEventListener('abort', arm, { once: true });
  });
  try {
    return await Promise.race([running, givenUp]);
  } finally {
    cancel();
  }
}

function addedUp(a: Usage, b: Partial<Usage>): Usage {
  return {
    input_tokens: a.input_tokens + (b.input_tokens ?? 0),
    output_tokens: a.output_tokens + (b.output_tokens ?? 0),
    cost_usd: a.cost_usd + (b.cost_usd ?? 0),
    model_calls: a.model_calls + (b.model_calls ?? 0),
    tool_calls: a.tool_calls + (b.tool_calls ?? 0),
  };
}

/** What an attempt opened, in the order in which it is taken down: the tools die before their folder goes. */
class Cleanup {
  readonly #log: Logger;
  #closed = false;
  #workspace: Workspace | undefined;
  #session: ToolSession | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  keep(workspace: Workspace): Workspace {
    this.#workspace = workspace;
    if (this.#closed) void this.close();
    return workspace;
  }

  /** A session that came up after the attempt was given up is stopped at once. */
  keepSession(session: ToolSession): void {
    this.#session = session;
    if (this.#closed) void this.close();
  }

  async closeSession(): Promise<void> {
    await this.#session
      ?.stop()
      .catch((error: unknown) => this.#log.error({ err: error }, 'tools could not be stopped'));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.closeSession();
    await this.#workspace
      ?.remove()
      .catch((error: unknown) => this.#log.error({ err: error }, 'workspace could not be removed'));
  }
}

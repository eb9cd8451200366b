import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError, type Assignment } from '@agent-factory/contract';
import { removeTree } from './removeTree';

/** Name of the file that says that a folder below WORKSPACE_ROOT is an agent's, and whose. */
const markerName = '.factory-agent';

/** The folder of one task attempt. */
export interface Workspace {
  /** Absolute. */
  path: string;
  /** Removes it and all in it. Can be called twice. */
  remove(): Promise<void>;
}

/** The folder of one agent, `WORKSPACE_ROOT/{agent id}`, in which each attempt gets its own. */
export class AgentFolder {
  readonly path: string;
  readonly #agentId: string;
  readonly #mode: number;

  /** `shared`: the tools run under another uid of the same group, as in the cluster; else only the agent's own user may enter. */
  constructor(root: string, agentId: string, shared: boolean) {
    this.path = join(root, agentId);
    this.#agentId = agentId;
    this.#mode = shared ? 0o2770 : 0o700;
  }

  /**
   * Makes the folder, or takes over the one of an agent with the same id that was killed, and removes what that left. Throws
   * INVALID_ARGUMENT when there is a folder of that name that no agent made: nothing in it is touched.
   */
  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const entries = await readdir(this.path);
    if (entries.length > 0 && !(await this.#isOurs()))
      throw new FactoryError(
        'INVALID_ARGUMENT',
        `${this.path} is not a folder of agent ${this.#agentId}: move it away`,
      );
    // Not by mkdir: the umask has its part in that.
    await chmod(this.path, this.#mode);
    for (const entry of entries) if (entry !== markerName) await removeTree(join(this.path, entry));
    await writeFile(join(this.path, markerName), `${this.#agentId}\n`, { mode: 0o600 });
  }

  /** Makes the folder of an attempt. */
  async create(assignment: Pick<Assignment, 'id' | 'epoch'>): Promise<Workspace> {
    const path = join(this.path, `${assignment.id}.${assignment.epoch}`);
    await removeTree(path);
    await mkdir(path, { mode: 0o700 });
    await chmod(path, this.#mode);
    return { path, remove: () => removeTree(path) };
  }

  /** Removes the folder of the agent. Can be called twice. */
  async remove(): Promise<void> {
    if (await this.#isOurs()) await removeTree(this.path);
  }

  async #isOurs(): Promise<boolean> {
    const marker = await readFile(join(this.path, markerName), 'utf8').catch(() => '');
    return marker.trim() === this.#agentId;
  }
}

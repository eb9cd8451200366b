import { chmod, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError, type Assignment } from '@agent-factory/contract';
import { errorCode } from '../errorCode';
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

/**
 * How the workspace root is shared with a tools container: another user of the same group, and this agent alone. What is there that
 * the agent did not just make is a program's doing, or a former pod's, and goes.
 */
export interface Sharing {
  /** Absolute. Folder that the tools cannot reach. */
  privateRoot: string;
  /** Has the tools remove what only their user can. */
  removeShared(path: string): Promise<void>;
}

/** The folder of one agent, `WORKSPACE_ROOT/{agent id}`, in which each attempt gets its own. */
export class AgentFolder {
  readonly path: string;
  /** Out of the tools' reach, on the file system of the artifact cache. */
  readonly privatePath: string;
  readonly #live = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly agentId: string,
    private readonly shared: Sharing | false,
  ) {
    this.path = join(root, agentId);
    this.privatePath = shared === false ? this.path : join(shared.privateRoot, agentId);
  }

  /**
   * Makes the folder, or takes over the one of an agent with the same id that was killed, and removes what that left. Throws
   * INVALID_ARGUMENT when there is a folder of that name that no agent made: nothing in it is touched.
   */
  async prepare(): Promise<void> {
    if (this.shared !== false) return this.#prepareShared(this.shared);
    await mkdir(this.path, { recursive: true });
    const entries = await readdir(this.path);
    if (entries.length > 0 && !(await this.#isOurs()))
      throw new FactoryError('INVALID_ARGUMENT', `${this.path} is not a folder of agent ${this.agentId}: move it away`);
    // Not by mkdir: the umask has its part in that.
    await chmod(this.path, 0o700);
    for (const entry of entries) if (entry !== markerName) await removeTree(join(this.path, entry));
    await writeFile(join(this.path, markerName), `${this.agentId}\n`, { mode: 0o600 });
  }

  /** Makes the folder of an attempt. */
  async create(assignment: Pick<Assignment, 'id' | 'epoch'>): Promise<Workspace> {
    const name = `${assignment.id}.${assignment.epoch}`;
    const path = join(this.path, name);
    await this.#removeTree(path);
    this.#live.add(name);
    await mkdir(path, { mode: 0o700 });
    await chmod(path, this.#mode);
    const remove = async (): Promise<void> => {
      this.#live.delete(name);
      await this.#removeTree(path);
      if (this.shared !== false) await this.#tidy();
    };
    return { path, remove };
  }

  /** Removes the folder of the agent. Can be called twice. */
  async remove(): Promise<void> {
    if (this.shared === false) {
      if (await this.#isOurs()) await removeTree(this.path);
      return;
    }
    await this.#removeTree(this.path);
    await removeTree(this.privatePath);
  }

  get #mode(): number {
    return this.shared === false ? 0o700 : 0o2770;
  }

  async #prepareShared({ privateRoot }: Sharing): Promise<void> {
    await mkdir(privateRoot, { recursive: true });
    for (const entry of await readdir(privateRoot))
      if (!entry.startsWith('.')) await removeTree(join(privateRoot, entry));
    await mkdir(this.privatePath, { mode: 0o700 });
    // A link put here would lead all that follows elsewhere.
    const there = await lstat(this.path).catch(() => undefined);
    if (there !== undefined && !there.isDirectory()) await rm(this.path);
    await mkdir(this.path, { recursive: true });
    await chmod(this.path, this.#mode);
    await this.#tidy();
  }

  /** Removes from the shared root all but the attempts that are going on. */
  async #tidy(): Promise<void> {
    for (const entry of await readdir(this.root))
      if (entry !== this.agentId) await this.#removeTree(join(this.root, entry));
    for (const entry of await readdir(this.path))
      if (!this.#live.has(entry)) await this.#removeTree(join(this.path, entry));
  }

  async #removeTree(path: string): Promise<void> {
    try {
      await removeTree(path);
    } catch (error) {
      const code = errorCode(error);
      if (this.shared === false || (code !== 'EACCES' && code !== 'EPERM')) throw error;
      await this.shared.removeShared(path);
      await removeTree(path);
    }
  }

  async #isOurs(): Promise<boolean> {
    const marker = await readFile(join(this.path, markerName), 'utf8').catch(() => '');
    return marker.trim() === this.agentId;
  }
}

import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { refused, isInside } from '../workspace/paths';
import type { HelloFrame } from '../protocol';
import { Peer } from './peer';
import { emptyFolder, removeBelow } from './clearing';
import { SessionTools } from './sessionTools';

/** How a tools server works. */
export interface ToolServerOptions {
  socketPath: string;
  /** Serves the first peer only, and ends with it. */
  once: boolean;
  /** Workspaces must lie below it; undefined: anywhere, for a server that is confined to one. */
  workspaceRoot: string | undefined;
  /** Mark of all processes; a peer's own is added when there can be many. */
  session: string;
  pidNamespace: boolean;
  /** Folder beside the workspaces that programs may fill; emptied when no session is open. */
  scratch: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** The server ended: its only peer is gone, or `stop` was called. */
  onEnd(): void;
}

/** Serves tool calls on a socket: one session a connection, one connection a workspace. */
export class ToolServer {
  readonly #server: Server;
  readonly #peers = new Map<Socket, Peer>();
  readonly #workspaces = new Set<string>();
  #stopping: Promise<void> | undefined;

  constructor(private readonly options: ToolServerOptions) {
    // allowHalfOpen: the end is answered when everything of the session is dead, so that the agent can wait for it.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.options.socketPath, resolve);
    });
  }

  /** Ends all sessions. Can be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#server.close();
      await Promise.all([...this.#peers].map(([socket, peer]) => peer.end().finally(() => socket.destroy())));
      this.options.onEnd();
    })();
    return this.#stopping;
  }

  /** Ends a server that nobody has come to. */
  stopIfIdle(): void {
    if (this.#peers.size === 0) void this.stop();
  }

  #accept(socket: Socket): void {
    if (this.options.once) {
      if (this.#peers.size > 0) {
        socket.destroy();
        return;
      }
      this.#server.close(); // no program inside can take the agent's place later
    }
    let workspace: string | undefined;
    const peer = new Peer(socket, {
      open: async (hello, log) => {
        workspace = await this.#claim(hello);
        const session = this.options.once
          ? this.options.session
          : `${this.options.session}-${randomBytes(6).toString('hex')}`;
        const { env, pidNamespace } = this.options;
        return SessionTools.open({ hello, session, env, pidNamespace, ownTmp: pidNamespace && this.options.once, log });
      },
      remove: (path) => removeBelow(this.options.workspaceRoot, path, this.#workspaces),
    });
    this.#peers.set(socket, peer);
    let ending: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      try {
        await peer.end();
      } finally {
        this.#peers.delete(socket);
        if (workspace !== undefined) this.#workspaces.delete(workspace);
        if (this.#workspaces.size === 0) await emptyFolder(this.options.scratch);
        socket.end();
        if (this.options.once) void this.stop();
      }
    };
    const end = (): void => {
      ending ??= close();
    };
    socket.once('end', end);
    socket.once('close', end);
  }

  async #claim(hello: HelloFrame): Promise<string> {
    const workspace = await realpath(hello.workspace);
    const { workspaceRoot } = this.options;
    if (workspaceRoot !== undefined && !isInside(await realpath(workspaceRoot), workspace))
      throw refused(`${hello.workspace}: is not below the workspace root`);
    if (this.#workspaces.has(workspace)) throw refused(`${hello.workspace}: another agent is at work there`);
    this.#workspaces.add(workspace);
    return workspace;
  }
}

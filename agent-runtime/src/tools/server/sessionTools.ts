import {
  FactoryError,
  isToolName,
  parseOrThrow,
  toolCatalogue,
  type Json,
  type ToolName,
} from '@agent-factory/contract';
import { builtinTools } from '../builtin';
import type { ToolContext } from '../builtin/context';
import { EgressForwarder } from '../egress/forwarder';
import { McpServerSet } from '../mcp/servers';
import { Programs } from '../process/programs';
import type { HelloFrame, RequestFrame } from '../protocol';
import { makeHome, unpack } from '../unpack/unpack';
import { Workspace } from '../workspace/workspace';
import { builtinDescriptions } from './describe';

type CallFrame = Exclude<Extract<RequestFrame, { timeout_ms: number }>, { kind: 'remove' }>;
type Output = (stream: 'stdout' | 'stderr', text: string) => void;

/** What a session of the server is made with. */
export interface SessionToolsOptions {
  hello: HelloFrame;
  /** The mark of its processes. */
  session: string;
  /** Of this process: PATH and LANG go on to programs. */
  env: Readonly<Record<string, string | undefined>>;
  pidNamespace: boolean;
  /** Whether /tmp is the session's own, and goes with it. */
  ownTmp: boolean;
  log(text: string): void;
}

/** All that one peer can call, in its workspace. */
export class SessionTools {
  private constructor(
    private readonly workspace: Workspace,
    private readonly programs: Programs,
    private readonly egress: EgressForwarder,
    private readonly mcp: McpServerSet,
  ) {}

  static async open(options: SessionToolsOptions): Promise<SessionTools> {
    const { hello, env, session, pidNamespace, ownTmp } = options;
    const workspace = await Workspace.open(hello.workspace);
    const home = `${workspace.root}/.home`;
    await makeHome(home);
    const base = {
      PATH: env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      LANG: env.LANG ?? 'C.UTF-8',
      HOME: home,
      TMPDIR: ownTmp ? '/tmp' : `${home}/tmp`,
    };
    const programs = new Programs(session, base, {
      pidNamespace,
      memoryBytes: hello.memory_bytes,
      workspace: workspace.root,
    });
    const egress = new EgressForwarder(hello.egress_socket);
    const mcp = new McpServerSet(hello.mcp_servers, {
      workspace: workspace.root,
      programs,
      egressSocket: hello.egress_socket,
      variables: () => egress.variables(),
      onLog: (line) => options.log(line),
    });
    return new SessionTools(workspace, programs, egress, mcp);
  }

  /** Does what a frame asks for. Throws FactoryErrors, and the signal's reason once it fired. */
  async run(frame: CallFrame, signal: AbortSignal, onOutput: Output): Promise<Json> {
    const { workspace, programs, egress } = this;
    const context: ToolContext = { workspace, programs, egress, signal, onOutput };
    if (frame.kind === 'unpack') return unpack(frame, context);
    if (frame.kind === 'list') {
      const { tools, faults } = await this.mcp.list();
      // A copy through JSON: descriptions are plain data, and what is undefined in them is left out.
      return JSON.parse(JSON.stringify({ tools: [...builtinDescriptions(), ...tools], faults })) as Json;
    }
    if (frame.tool.startsWith('mcp/')) return this.mcp.call(frame.tool, frame.input, signal);
    if (!isToolName(frame.tool)) throw new FactoryError('TOOL_UNKNOWN', `there is no tool ${frame.tool}`);
    return callBuiltin(frame.tool, frame.input, context);
  }

  /** Ends everything the session started. */
  async close(): Promise<void> {
    await this.mcp.close();
    this.egress.stop();
    await this.programs.killAll();
  }
}

async function callBuiltin(name: ToolName, input: Json, context: ToolContext): Promise<Json> {
  // The compiler does not tie the schema of a name to its tool; the catalogue and the table do, by construction.
  const tool = builtinTools[name] as (input: unknown, context: ToolContext) => Promise<unknown>;
  const output = await tool(parseOrThrow(toolCatalogue[name].input, input), context);
  return output as Json; // each output schema describes JSON; the agent's side parses it
}

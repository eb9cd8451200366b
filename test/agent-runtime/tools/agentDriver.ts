import { detectConfinement } from '../../../agent-runtime/src/confinement/detect';
import { startToolSession } from '../../../agent-runtime/src/tools/startSession';

/** A small agent for tests that kill it: opens a session, starts a long program with children, and says `up`. */
async function main(): Promise<void> {
  const [kind, workspace = '', script = '', seconds = ''] = process.argv.slice(2);
  const session = await startToolSession({
    workspace,
    confinement: await detectConfinement(kind === 'none' ? 'none' : 'bubblewrap'),
    egress: [],
    mcpServers: {},
    entry: { node: process.execPath, script },
    signal: new AbortController().signal,
    onLog: () => undefined,
  });
  await session.call({
    tool: 'shell',
    input: { script: `setsid sleep ${seconds} & sleep ${seconds} & echo up; wait`, timeout_ms: 3_600_000 },
    onOutput: (_, text) => void process.stdout.write(text),
  });
}

void main();

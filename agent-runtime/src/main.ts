import { dirname, join } from 'node:path';
import { env, FactoryError } from '@agent-factory/contract';
import { startAgent, type Agent } from './agent';
import { parseConfig, readMcpServers, readType } from './config';
import { detectConfinement } from './confinement/detect';
import { startHealth } from './health';
import { createLog, type Logger } from './log';
import { leaveOnSignals } from './leave';

/** Exit status of an agent that was not told what it must know. */
const badConfiguration = 2;

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const log = createLog({ level: config.logLevel, agentId: config.agentId, type: config.type.name });
  let agent: Agent | undefined;
  leaveOnSignals(log, async () => agent?.drain());
  stopOnFaults(log);
  // The tools are another user of the group, and work in folders made here.
  if (config.confinement === 'socket') process.umask(0o007);
  if (config.healthPort !== undefined) await startHealth(config.healthPort, () => agent?.registered === true);
  const confinement = await detectConfinement(
    config.confinement,
    config.toolSocket === undefined ? {} : { toolSocket: config.toolSocket },
  );
  agent = await startAgent({
    config: { ...config, type: await readType(config) },
    mcpServers: await readMcpServers(config.mcpConfigFile),
    confinement,
    log,
    entry: { node: process.execPath, script: join(dirname(process.argv[1] ?? '.'), 'tools.cjs') },
  });
  await agent.ready;
  process.send?.({ ready: true, agent_id: config.agentId });
}

/** What nobody caught: the state is unknown, so the supervisor gets a fresh process and the leases run out. */
function stopOnFaults(log: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      process.exit(1);
    });
}

main().catch((error: unknown) => {
  const log = createLog({
    level: 'info',
    agentId: process.env[env.agentId] ?? '',
    type: process.env[env.agentType] ?? '',
  });
  const known = error instanceof FactoryError;
  if (known) log.fatal({ code: error.code, faults: error.faults }, error.detail);
  else log.fatal({ err: error }, 'the agent cannot start');
  process.exit(known && error.code === 'INVALID_ARGUMENT' ? badConfiguration : 1);
});

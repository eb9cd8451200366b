import { describeConfinement } from '@agent-factory/agent-runtime';
import { env } from '@agent-factory/contract';
import type { Command } from 'commander';
import { openRepository } from '../audit/repository';
import { FactoryClient } from '../client/factory';
import { patient } from '../client/retry';
import { loadFactoryConfig } from '../config/load';
import type { FactoryConfig } from '../config/schema';
import type { Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { toFailure } from '../failure';
import { aptInstall, asRoot, disableService, dockerAnswers, which } from '../local/machine';
import { factoryPaths } from '../local/paths';
import { programRoot } from '../local/programRoot';
import { findRedis, type RedisSource } from '../local/redis/find';
import { bundleServices } from '../local/up/bundle';
import { prepareConfinement } from '../local/up/confinement';
import { LocalFactory, type Running } from '../local/up/factory';
import { outliveReader } from '../output/closedOutput';
import type { Ui } from '../output/ui';
import { auditWithProgress } from './audit';
import { auditAnswer, auditSummary } from './auditOutput';
import { stopOnSignals } from './stopOnSignals';
import { upReporter, upSummary } from './upOutput';
import { verb, type Runner } from './verb';

interface Options {
  audit: boolean;
  repo?: string;
  config?: string;
  httpPort?: string;
  grpcPort?: string;
}

export function upCommand(program: Command, run: Runner): void {
  verb(program, 'up', {
    summary: 'Start the factory and keep it running',
    description:
      'Starts Redis, the dispatcher and the agents of factory.yaml (without one: one of each type), restarts what crashes, does a first job (the audit of the Git repository in this folder), and stays until Ctrl-C. Ctrl-C or SIGTERM stops all in order, a second one at once. Everything is kept in .factory/. Tasks that were accepted are done after the next start.',
    examples: [
      ['up', 'all of it; `npm start` does the same'],
      ['up --no-audit --http-port 0', 'no first job, on any free port'],
      ['up --repo ../other', 'the first job on another repository'],
    ],
  })
    .option('--no-audit', 'do no first job')
    .option('--repo <path>', 'Git repository of the first job; without it that of the folder of the factory')
    .option('--config <file>', 'configuration, instead of factory.yaml of the folder')
    .option('--http-port <port>', 'port of the HTTP API; 0 takes a free one')
    .option('--grpc-port <port>', 'port of gRPC; 0 takes a free one')
    .action(async (_options: unknown, command: Command) => run(up, command));
}

async function up({ ui, folder }: Context, command: Command): Promise<ExitCode> {
  outliveReader();
  const options = command.opts<Options>();
  if (options.repo?.trim() === '')
    throw new CommandError(exitCodes.usage, '--repo: the path of the repository is empty');
  const paths = factoryPaths(folder);
  const config = withPorts(loadFactoryConfig(paths.home, options.config).config, options);
  const tell = upReporter(ui);
  const say = (text: string): void => tell({ event: 'said', text });
  const factory = new LocalFactory({
    config,
    paths,
    tell,
    bundle: (outdir) => bundleServices(programRoot(), outdir),
    redis: () => redisFor(config, say),
    confinement: () => confinementFor(config, say, (text) => tell({ event: 'warned', text })),
  });
  const stop = stopOnSignals(factory, ui);
  let running: Running | undefined;
  try {
    running = await Promise.race([factory.start(), stop.asked.then(() => undefined)]);
    if (running !== undefined) {
      tell({ event: 'up', ...withoutToken(running) }, upSummary(running, paths));
      if (options.audit && config.audit_on_start)
        await firstJob(ui, options.repo ?? folder, running, paths.reports, stop.signal);
      if (!stop.signal.aborted) ui.say('Ctrl-C stops it.');
      await stop.asked;
    }
  } catch (error) {
    // What a signal to all our processes broke while they started is no failure of its own.
    if (!stop.signal.aborted) {
      stop.release();
      await factory.stop();
      throw error;
    }
  }
  await stop.finished;
  return running === undefined ? exitCodes.interrupted : exitCodes.ok;
}

/** The audit of the repository in the folder; whatever becomes of it, the factory stays. */
async function firstJob(ui: Ui, repo: string, running: Running, reports: string, signal: AbortSignal): Promise<void> {
  try {
    const repository = await openRepository(repo);
    ui.say(`First job: audit of ${repository.path}`);
    const endpoint = { url: running.url, token: running.token };
    const { report, files } = await auditWithProgress(ui, {
      client: () => new FactoryClient(endpoint, { signal, policy: patient }),
      repository,
      runTests: false,
      reports,
      readySeconds: running.readySeconds,
      signal,
    });
    ui.line({ event: 'audit', ...auditAnswer(report, files) }, auditSummary(report, files));
  } catch (error) {
    const { message, hints } = toFailure(error);
    if (signal.aborted) ui.warn(hints.join('\n') || message);
    else ui.warn(`No first job: ${hints[0] ?? message}`);
    if (!signal.aborted) ui.say('To audit a repository: factory run audit --repo PATH');
  }
}

async function redisFor(config: FactoryConfig, say: (text: string) => void): Promise<RedisSource> {
  const fromEnvironment = process.env[env.redisUrl];
  return findRedis({
    url: fromEnvironment === undefined || fromEnvironment === '' ? config.redis.url : fromEnvironment,
    platform: process.platform,
    which,
    asRoot,
    aptInstall: async (root, name) => {
      await aptInstall(root, name);
      await disableService(root, name);
    },
    dockerAnswers,
    say,
  });
}

async function confinementFor(
  { tools }: FactoryConfig,
  say: (text: string) => void,
  warn: (text: string) => void,
): Promise<string> {
  if (tools.confinement === 'none') {
    warn('Tools are NOT confined: factory.yaml says so.');
    return 'none';
  }
  return prepareConfinement({
    describe: () => describeConfinement(),
    platform: process.platform,
    which,
    asRoot,
    aptInstall,
    say,
    warn,
  });
}

function withPorts(config: FactoryConfig, { httpPort, grpcPort }: Options): FactoryConfig {
  const port = (name: string, value: string | undefined, otherwise: number): number => {
    if (value === undefined) return otherwise;
    const parsed = Number(value);
    if (value.trim() !== '' && Number.isInteger(parsed) && parsed >= 0 && parsed <= 65_535) return parsed;
    throw new CommandError(exitCodes.usage, `${name} takes a port from 0 to 65535, not "${value}"`);
  };
  return {
    ...config,
    ports: {
      http: port('--http-port', httpPort, config.ports.http),
      grpc: port('--grpc-port', grpcPort, config.ports.grpc),
    },
  };
}

function withoutToken({ token: _token, ...rest }: Running): Omit<Running, 'token'> {
  return rest;
}

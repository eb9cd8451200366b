import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { env } from '@agent-factory/contract';
import type { FactoryConfig } from '../../config/schema';
import { CommandError, exitCodes } from '../../exit';
import { systemClock, withTimeout, type Clock } from '../clock';
import { writeFileAtomic } from '../files';
import { takeLock, type Lock } from '../lock';
import type { FactoryPaths } from '../paths';
import { freePort, freePortFrom } from '../ports';
import { ownRedis } from '../redis/part';
import { pingRedis } from '../redis/ping';
import type { RedisSource } from '../redis/find';
import { removeState, writeState } from '../state';
import type { Part, PartEvent, PartSpec } from '../supervisor/part';
import { Supervisor } from '../supervisor/supervisor';
import type { Bundles } from './bundle';
import { fromPart, seconds, type UpEvent } from './events';
import { cleanLeftovers } from './leftovers';
import { roster } from './roster';
import { agentPart, apiUrl, dispatcherPart, grpcAddress, writeSettings, type Addresses } from './settings';
import { messageOf } from '../../thrown';

/** What a local factory is made of; the command hands in the real ones. */
export interface FactoryOptions {
  config: FactoryConfig;
  paths: FactoryPaths;
  tell: (event: UpEvent) => void;
  bundle: (outdir: string) => Promise<Bundles>;
  redis: () => Promise<RedisSource>;
  /** Name of what confines tools, installed if it may be. */
  confinement: () => Promise<string>;
  clock?: Clock;
}

/** A factory that is up. */
export interface Running {
  url: string;
  grpc: string;
  token: string;
  redis: string;
  confinement: string;
  agents: number;
  /** Agents that are not ready yet; they are still being started. */
  notReady: string[];
  readySeconds: number;
}

/** The whole factory on this machine: started in order, supervised, stopped in order. */
export class LocalFactory {
  private readonly clock: Clock;
  private readonly supervisor: Supervisor;
  private lock: Lock | undefined;
  private facts: { addresses: Addresses; redis: string; confinement: string; container?: string } | undefined;
  private readonly startedAt = new Date();

  constructor(private readonly options: FactoryOptions) {
    this.clock = options.clock ?? systemClock;
    this.supervisor = new Supervisor(this.clock, options.paths.log, (part, event) => this.onPart(part, event));
  }

  /** Brings everything up. Throws a CommandError that says what is missing; call `stop` then too. */
  async start(): Promise<Running> {
    const { config, paths, tell } = this.options;
    const began = this.clock.now();
    mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
    this.lock = takeLock(paths.lock);
    writeFileAtomic(join(paths.root, '.gitignore'), '*\n'); // nothing below is for a repository: tokens, queues, logs
    const ended = await cleanLeftovers(paths.state, this.clock);
    if (ended.length > 0) tell({ event: 'said', text: `Ended what a killed factory had left: ${ended.join(', ')}.` });

    const bundling = this.options.bundle(paths.build);
    bundling.catch(() => undefined); // awaited below; until then another step may fail first
    const source = await this.options.redis();
    tell({ event: 'said', text: `Redis: ${source.said}.` });
    const [confinement, addresses] = await Promise.all([this.options.confinement(), this.choosePorts()]);
    const redis = await this.startRedis(source, addresses);
    const at: Addresses = { ...addresses, redisUrl: redis.url };
    this.facts = {
      addresses: at,
      redis: source.said,
      confinement,
      ...(redis.container === undefined ? {} : { container: redis.container }),
    };

    const agents = roster(config);
    const token = writeSettings(config, agents, paths);
    const bundles = await bundling;
    await this.startNeeded([dispatcherPart(bundles.dispatcher, config, at, paths)]);
    for (const { id } of agents) mkdirSync(paths.agent(id).workspaces, { recursive: true, mode: 0o700 });
    const notReady = await this.startAgents(agents.map((entry) => agentPart(bundles.agent, entry, config, at, paths)));
    return {
      url: apiUrl(at),
      grpc: grpcAddress(at),
      token,
      redis: source.said,
      confinement,
      agents: agents.length,
      notReady,
      readySeconds: seconds(this.clock.now() - began),
    };
  }

  /** Drains the agents, then stops the dispatcher, then Redis. Safe to call twice, and at any time. */
  async stop(): Promise<void> {
    const began = this.clock.now();
    const any = this.supervisor.parts.length > 0;
    await this.supervisor.stop((names) => {
      const what = names.length > 1 ? `${names.length} agents` : names.join('');
      this.options.tell({ event: 'stopping', what });
    });
    this.finish();
    if (any) this.options.tell({ event: 'stopped', seconds: seconds(this.clock.now() - began) });
  }

  /** Ends everything at once. */
  kill(): void {
    this.supervisor.kill();
    this.finish();
  }

  private finish(): void {
    if (this.lock === undefined) return; // another factory's state stays
    removeState(this.options.paths.state);
    this.lock.release();
    this.lock = undefined;
  }

  private async choosePorts(): Promise<Omit<Addresses, 'redisUrl'>> {
    const { config, tell } = this.options;
    const { host, ports } = config;
    const http = await freePortFrom(host, ports.http);
    const grpc = await freePortFrom(host, ports.grpc, [http]);
    for (const [name, wanted, got] of [['HTTP', ports.http, http] as const, ['gRPC', ports.grpc, grpc] as const]) {
      if (wanted !== 0 && wanted !== got)
        tell({ event: 'said', text: `Port ${wanted} is taken: ${name} is on ${got}.` });
    }
    return { host, http, grpc };
  }

  private async startRedis(
    source: RedisSource,
    addresses: Omit<Addresses, 'redisUrl'>,
  ): Promise<{ url: string; container?: string }> {
    if (source.kind === 'url') {
      await pingRedis(source.url, 5_000).catch((error: unknown) => {
        throw new CommandError(exitCodes.failed, `${source.said} does not answer: ${messageOf(error)}`, {
          hints: [`Check ${env.redisUrl}, or leave it out: the factory then runs a Redis of its own.`],
        });
      });
      return { url: source.url };
    }
    let port = await freePort();
    while (port === addresses.http || port === addresses.grpc) port = await freePort();
    const redis = ownRedis(source, port, randomBytes(24).toString('hex'), this.options.paths, this.clock);
    if (redis === undefined) throw new Error('this source of Redis has no part');
    const { url, container } = redis;
    this.facts = {
      addresses: { ...addresses, redisUrl: url },
      redis: source.said,
      confinement: '',
      ...(container === undefined ? {} : { container }),
    };
    await this.startNeeded([redis.part]);
    return container === undefined ? { url } : { url, container };
  }

  /** Starts what nothing works without: not ready in time is the end. */
  private async startNeeded(specs: readonly PartSpec[]): Promise<void> {
    await Promise.all(
      this.supervisor.startGroup(specs).map(async ({ part, ready }) => {
        const { name, readyTimeoutMs } = part.spec;
        try {
          await withTimeout(
            ready,
            readyTimeoutMs,
            `${name} was not ready within ${readyTimeoutMs / 1_000} s`,
            this.clock,
          );
        } catch (error) {
          const why = messageOf(error);
          throw new CommandError(exitCodes.failed, why, { hints: [...part.log.lastLines(8), `Log: ${part.log.path}`] });
        }
      }),
    );
  }

  /** Starts the agents side by side; one that is not ready in time is named and goes on being started. */
  private async startAgents(specs: readonly PartSpec[]): Promise<string[]> {
    const outcomes = await Promise.all(
      this.supervisor.startGroup(specs).map(async ({ part, ready }) => {
        ready.catch(() => undefined); // a stop before it is ready
        const inTime = withTimeout(ready, part.spec.readyTimeoutMs, 'not ready', this.clock).then(() => true);
        return (await inTime.catch(() => false)) ? undefined : part.spec.name;
      }),
    );
    return outcomes.filter((name) => name !== undefined);
  }

  private onPart(part: Part, event: PartEvent): void {
    this.saveState();
    this.options.tell(fromPart(part.spec.name, part.log.path, event));
  }

  private saveState(): void {
    if (this.facts === undefined || this.lock === undefined) return;
    const { addresses, redis, confinement, container } = this.facts;
    writeState(this.options.paths.state, {
      version: 1,
      supervisor: this.lock.owner,
      started_at: this.startedAt.toISOString(),
      url: apiUrl(addresses),
      grpc: grpcAddress(addresses),
      redis,
      confinement,
      ...(container === undefined ? {} : { container }),
      parts: this.supervisor.parts.map(({ spec, state, restarts, log, identity }) => ({
        name: spec.name,
        state,
        restarts,
        log: log.path,
        ...(identity === undefined ? {} : { process: identity }),
      })),
    });
  }
}

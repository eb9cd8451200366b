import { ulidSource } from '@agent-factory/contract';
import type { FactoryClient } from '../client/factory';
import { CommandError, exitCodes } from '../exit';
import { systemClock, type Clock } from '../local/clock';
import { packRepository } from './artifact';
import { gatherAudit, type GatherOptions } from './gather';
import { auditParts } from './plans';
import type { AuditReport } from './report';
import type { Repository } from './repository';

export interface AuditOptions extends Omit<GatherOptions, 'began'> {
  repository: Repository;
  runTests: boolean;
  /** How long the factory took to be ready, when this command started it. */
  readySeconds?: number;
  /** Folder that the report shall be written to, absolute; kept for who gathers the audit after an interruption. */
  out?: string | undefined;
}

/** Sends one task to every type, waits for all, and gathers their sections into a report. */
export async function runAudit(options: AuditOptions): Promise<AuditReport> {
  const { client, repository, signal, clock = systemClock } = options;
  const startedAt = new Date();
  const began = clock.now();
  const artifact = await packRepository(repository, undefined, signal);
  const packedMs = clock.now() - began;
  try {
    await client.putArtifact(artifact.digest, artifact.file);
    const staffed = await staffedTypes(client, clock, signal);
    const types = auditParts.map(({ type }) => type).filter((type) => staffed.has(type));
    if (types.length === 0)
      throw new CommandError(exitCodes.notRunning, 'the factory has no agents', {
        hints: ['`factory status` and `factory logs` tell why.'],
      });
    const { digest, bytes, depth } = artifact;
    return await gatherAudit(
      {
        version: 1,
        id: ulidSource()(),
        started_at: startedAt.toISOString(),
        repository,
        artifact: { digest, bytes, ...(depth === undefined ? {} : { depth }) },
        pack_seconds: Math.round(packedMs) / 1_000,
        ...(options.readySeconds === undefined ? {} : { ready_seconds: options.readySeconds }),
        run_tests: options.runTests,
        ...(options.out === undefined ? {} : { out: options.out }),
        types,
        tasks: [],
      },
      { ...options, began },
    );
  } finally {
    await artifact.drop();
  }
}

/** How long a type without an agent is waited for: one that crashed is back by then. */
const graceMs = 5_000;

/** The types that have an agent; a task for another one would wait for ever. */
async function staffedTypes(client: FactoryClient, clock: Clock, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const deadline = clock.now() + graceMs;
  for (;;) {
    const staffed = new Set<string>(
      (await client.types()).filter(({ agents }) => agents > 0).map(({ type }) => type.name),
    );
    if (auditParts.every(({ type }) => staffed.has(type)) || clock.now() >= deadline) return staffed;
    await clock.sleep(250, signal);
    signal.throwIfAborted();
  }
}

import type { Clock } from '../clock';
import type { BackoffPolicy } from './backoff';
import { LogFile } from './logFile';
import { Part, type PartEvent, type PartSpec } from './part';

/** Runs the parts of a factory in order and stops them in the opposite one. */
export class Supervisor {
  private readonly groups: Part[][] = [];
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly logPath: (part: string) => string,
    private readonly onEvent: (part: Part, event: PartEvent) => void,
    private readonly backoff?: BackoffPolicy,
  ) {}

  get parts(): readonly Part[] {
    return this.groups.flat();
  }

  /**
   * Starts parts side by side, as a group that stops before those started earlier. Each promise resolves when its part is ready, and rejects
   * when it was stopped before.
   */
  startGroup(specs: readonly PartSpec[]): { part: Part; ready: Promise<void> }[] {
    if (this.stopping !== undefined) return [];
    const parts = specs.map((spec) => this.makePart(spec));
    this.groups.push(parts);
    return parts.map((part) => ({ part, ready: part.start() }));
  }

  /** Stops all parts, the last group first; tells which group it is at. Safe to call twice. */
  stop(onGroup: (names: readonly string[]) => void = () => {}): Promise<void> {
    this.stopping ??= this.stopInOrder(onGroup);
    return this.stopping;
  }

  /** Ends every part at once, without asking. */
  kill(): void {
    for (const part of this.parts) part.kill();
  }

  private makePart(spec: PartSpec): Part {
    const log = new LogFile(this.logPath(spec.name));
    const part: Part = new Part(spec, log, this.clock, (event) => this.onEvent(part, event), this.backoff);
    return part;
  }

  private async stopInOrder(onGroup: (names: readonly string[]) => void): Promise<void> {
    for (const group of this.groups.toReversed()) {
      onGroup(group.map(({ spec }) => spec.name));
      await Promise.all(group.map((part) => part.stop()));
    }
    for (const { log } of this.parts) log.close();
  }
}

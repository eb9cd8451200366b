import { FactoryError } from '@agent-factory/contract';
import { addUsage, type Payer, type UsageMeter } from './account';
import type { ModelTarget } from './catalogue';
import type { Clock } from '../clock';
import type { CallOutcome, ModelLog } from './observe';
import type { ReportedUsage } from './sdk';
import { countUsage, estimateInput, toTaskUsage, type CountedUsage } from './usage';
import { AnswerMapper } from './wire/events';
import type { ChatRequest } from './wire/request';

/** What is known of one call while it goes on, and the one place that puts it on the task's account. */
export class CallRecord {
  readonly mapper = new AnswerMapper();
  readonly estimatedInput: number;
  /** Whether the provider may have worked on the request. */
  sent = false;
  reported: ReportedUsage | undefined;
  /** `cancelled` until something else happened: then the client left. */
  outcome: CallOutcome = 'cancelled';
  counted: CountedUsage | undefined;

  constructor(
    private readonly tools: { meter: UsageMeter; clock: Clock; log: ModelLog },
    private readonly call: { target: ModelTarget; request: ChatRequest; payer: Payer },
  ) {
    this.estimatedInput = estimateInput(call.request.messages, call.request.tools ?? []);
  }

  /** Adds a whole answer to the task. Throws when the agent has lost the lease meanwhile; a store that is gone does not cost the answer. */
  async settle(): Promise<CountedUsage> {
    const counted = this.count(false);
    try {
      await this.add(counted);
    } catch (error) {
      if (!(error instanceof FactoryError) || error.code !== 'STORE_UNAVAILABLE') throw error;
    }
    return counted;
  }

  /** Adds what an unfinished answer used, if the provider had begun and nothing was added yet. */
  async settleUnanswered(): Promise<void> {
    if (this.counted !== undefined || !this.sent) return;
    await this.add(this.count(true)).catch(() => undefined); // in the log by then
  }

  private count(cut: boolean): CountedUsage {
    const estimate = { input: this.estimatedInput, outputCharacters: this.mapper.characters };
    this.counted = countUsage(this.reported, estimate, this.call.target.model.prices, cut);
    return this.counted;
  }

  private async add(counted: CountedUsage): Promise<void> {
    const { payer, target } = this.call;
    const { meter, clock, log } = this.tools;
    const facts = { task: payer.lease.id, agent: payer.agentId, model: target.id, usage: counted };
    try {
      await addUsage(meter, payer, toTaskUsage(counted), clock);
      log.debug(facts, 'model call counted');
    } catch (error) {
      const code = error instanceof FactoryError ? error.code : 'INTERNAL';
      log.error({ ...facts, code }, 'usage of a model call could not be added to its task');
      throw error;
    }
  }
}

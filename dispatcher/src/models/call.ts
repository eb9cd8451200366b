import { FactoryError, type TaskSpec, type Usage } from '@agent-factory/contract';
import { askUsage, type Payer, type UsageMeter } from './account';
import { answerParts, CutAnswer } from './attempts';
import { hasBudget, outputAllowance } from './budget';
import type { ModelTarget } from './catalogue';
import type { Clock } from '../clock';
import { ProviderFailure, rateLimited, toFactoryError } from './failure';
import type { ProviderGates } from './gates';
import type { Limiter } from './limiter';
import type { CallOutcome, ModelLog, ModelObserver } from './observe';
import { CallRecord } from './record';
import type { ModelSource } from './providers';
import type { CallOptions } from './sdk';
import { CallStopped, toStopError, type CallStop } from './stop';
import type { CountedUsage } from './usage';
import { toFinishReason, type AnswerEvent, type FinishReason } from './wire/events';
import { requestedOutput, toCallOptions } from './wire/options';
import type { ChatRequest } from './wire/request';

/** What calls work with. */
export interface CallTools {
  meter: UsageMeter;
  source: ModelSource;
  gates: ProviderGates;
  /** Calls at a time of a provider. */
  providers: Limiter;
  /** One call at a time of a task that has a budget, so that two cannot spend what is left of it. */
  tasks: Limiter;
  clock: Clock;
  random: () => number;
  observe: ModelObserver;
  log: ModelLog;
}

/** One call, as asked for. */
export interface ModelCall {
  target: ModelTarget;
  request: ChatRequest;
  payer: Payer;
  stop: CallStop;
}

/** The end of an answer: what it used has been added to the task. */
export interface AnswerEnd {
  type: 'end';
  reason: FinishReason;
  usage: CountedUsage;
}

/**
 * Makes one call: checks lease, gate and budget, waits for its turn, calls the provider, and adds what it used to the task before the last
 * event. Whatever ends it early (the client leaves, time runs out, the stream is cut), what was used by then is added too, as an estimate.
 * Throws FactoryError only.
 */
export async function* runCall(tools: CallTools, call: ModelCall): AsyncGenerator<AnswerEvent | AnswerEnd, void, void> {
  const { target, request, stop } = call;
  const { clock, observe } = tools;
  const started = clock.now();
  const record = new CallRecord(tools, call);
  const releases: (() => void)[] = [];
  try {
    const options = toCallOptions(request, target.provider);
    stop.stopAfter(target.model.timeout_ms, 'timeout');
    const account = await openAccount(tools, call, releases);
    options.maxOutputTokens = outputAllowance({
      ...account,
      input: record.estimatedInput,
      requested: requestedOutput(request),
      modelMax: target.model.max_output_tokens,
      prices: target.model.prices,
    });
    releases.push(await tools.providers.acquire(target.providerName, target.provider.max_concurrent, stop.signal));
    await checkGate(tools, target); // it may have closed during the wait
    const reason = yield* answer(tools, call, options, record);
    const usage = await record.settle();
    record.outcome = 'succeeded'; // before the yield: who has the end need not come back
    yield { type: 'end', reason, usage };
  } catch (error) {
    const told = toTold(error, target);
    record.outcome = outcomeOf(error, told);
    await holdIfAsked(tools, target, error);
    throw told;
  } finally {
    stop.dispose();
    await record.settleUnanswered(); // before the task's next call looks at its budget
    for (const release of releases.reverse()) release();
    observe({
      tier: target.tier,
      outcome: record.outcome,
      seconds: (clock.now() - started) / 1_000,
      usage: record.counted,
    });
  }
}

/** The task's usage and limits; holds the task's turn when a budget binds it. */
async function openAccount(
  tools: CallTools,
  { payer, stop, target }: ModelCall,
  releases: (() => void)[],
): Promise<{ used: Usage; limits: TaskSpec['limits'] }> {
  const { usage, limits } = await askUsage(tools.meter, payer);
  await checkGate(tools, target);
  if (!hasBudget(limits)) return { used: usage, limits };
  releases.push(await tools.tasks.acquire(payer.lease.id, 1, stop.signal));
  return { used: (await askUsage(tools.meter, payer)).usage, limits };
}

async function checkGate({ gates }: CallTools, { id, providerName, model }: ModelTarget): Promise<void> {
  const wait = await gates.heldFor(providerName, model.model);
  if (wait > 0) throw rateLimited(id, wait);
}

async function holdIfAsked({ gates }: CallTools, { providerName, model }: ModelTarget, error: unknown): Promise<void> {
  if (error instanceof ProviderFailure && error.kind === 'rate_limited')
    await gates.hold(providerName, model.model, error.retryAfterMs ?? 0);
}

async function* answer(
  { source, clock, random, log }: CallTools,
  { target, stop }: ModelCall,
  options: CallOptions,
  record: CallRecord,
): AsyncGenerator<AnswerEvent, FinishReason, void> {
  const parts = answerParts({
    open: () => source.open(target),
    options,
    stop,
    firstByteMs: target.model.first_byte_timeout_ms,
    keys: () => source.keys(),
    clock,
    random,
    onTry: () => (record.sent = true),
    onRetry: (failure) => {
      record.sent = false;
      const facts = { model: target.id, provider: target.providerName, failure: failure.message };
      log.warn(facts, 'model call is tried again');
    },
  });
  try {
    for await (const part of parts) {
      if (part.type === 'finish') {
        record.reported = part.usage;
        return toFinishReason(part.finishReason);
      }
      yield* record.mapper.map(part);
    }
  } catch (error) {
    if (error instanceof CutAnswer) record.reported = error.usage;
    // a refusal costs nothing; who was stopped while the provider worked pays
    if (!(error instanceof CallStopped)) record.sent = record.mapper.characters > 0;
    throw error;
  }
  throw new ProviderFailure('cut', 'its answer ended in the middle');
}

function toTold(error: unknown, { id, model }: ModelTarget): FactoryError {
  if (error instanceof FactoryError) return error;
  if (error instanceof ProviderFailure) return toFactoryError(error, id);
  if (error instanceof CallStopped)
    return toStopError(error, id, { timeoutMs: model.timeout_ms, firstByteMs: model.first_byte_timeout_ms });
  return new FactoryError('INTERNAL', 'The model gateway failed', { cause: error });
}

function outcomeOf(error: unknown, told: FactoryError): CallOutcome {
  if (error instanceof CallStopped && error.stopCause === 'client') return 'cancelled';
  if (told.code === 'MODEL_RATE_LIMITED') return 'rate_limited';
  if (told.code === 'MODEL_TIMEOUT') return 'timeout';
  if (told.record.http < 500) return 'refused';
  return 'failed';
}

import { FactoryError } from '@agent-factory/contract';
import { abortable, pause, type Clock } from '../clock';
import { endedEarly, ProviderFailure, toFailure } from './failure';
import type { CallOptions, LanguageModel, StreamPart } from './sdk';
import type { CallStop } from './stop';

/** What a provider call needs besides its options. */
export interface AttemptSettings {
  open: () => Promise<LanguageModel>;
  /** Without the signal: that is the stop's. */
  options: CallOptions;
  stop: CallStop;
  firstByteMs: number;
  keys: () => readonly string[];
  clock: Clock;
  /** From 0 to 1; spreads retries. */
  random: () => number;
  /** Told before each try that hands the request to the provider. */
  onTry: (attempt: number) => void;
  onRetry: (failure: ProviderFailure) => void;
}

/** Retries after the first try. */
const maxRetries = 2;
const backoffMs = 250;

/** Parts that an answer begins with, before any of it is said. */
const preludes: ReadonlySet<StreamPart['type']> = new Set([
  'stream-start',
  'response-metadata',
  'raw',
  'ping',
  'custom', // such as Anthropic's head of a message
]);

/**
 * The parts of an answer, up to and with `finish`. A provider that cannot be reached or fails inside is asked again, at most twice and only
 * while nothing of its answer has been passed on. Throws ProviderFailure, or the stop's reason.
 */
export async function* answerParts(settings: AttemptSettings): AsyncGenerator<StreamPart, void, void> {
  const { stop, clock, random, keys } = settings;
  for (let attempt = 0; ; attempt += 1) {
    let begun = false;
    try {
      settings.onTry(attempt);
      for await (const part of oneTry(settings)) {
        begun ||= !preludes.has(part.type);
        yield part;
      }
      return;
    } catch (error) {
      stop.signal.throwIfAborted();
      if (error instanceof FactoryError) throw error;
      const failure = toFailure(error, keys(), clock.now());
      if (begun || !failure.retryable || attempt >= maxRetries) throw failure;
      settings.onRetry(failure);
      await pause(clock, backoffMs * 2 ** attempt * (0.5 + random() / 2), stop.signal);
    }
  }
}

async function* oneTry({ open, options, stop, firstByteMs }: AttemptSettings): AsyncGenerator<StreamPart, void, void> {
  const begun = stop.stopAfter(firstByteMs, 'first_byte');
  try {
    const model = await abortable(open(), stop.signal);
    const { stream } = await abortable(
      Promise.resolve(model.doStream({ ...options, abortSignal: stop.signal })),
      stop.signal,
    );
    for await (const part of read(stream, stop.signal)) {
      if (part.type === 'error') {
        if (!endedEarly(part.error)) throw part.error;
        continue; // the `finish` that follows has what was reported by then
      }
      if (part.type !== 'stream-start') begun();
      if (part.type !== 'finish') {
        yield part;
        continue;
      }
      // a provider that says why it ends has said all; the packages fill in a reason of their own when the stream just ends
      const { unified, raw } = part.finishReason;
      if (raw === undefined || unified === 'interrupted') throw new CutAnswer(part.usage);
      yield part;
      return;
    }
    throw new CutAnswer(undefined);
  } finally {
    begun();
  }
}

/** The provider's stream ended before its answer did; `usage` is what it had reported by then. */
export class CutAnswer extends ProviderFailure {
  constructor(readonly usage: Extract<StreamPart, { type: 'finish' }>['usage'] | undefined) {
    super('cut', 'its answer ended in the middle');
  }
}

async function* read(stream: ReadableStream<StreamPart>, signal: AbortSignal): AsyncGenerator<StreamPart, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await abortable(reader.read(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined); // ends the connection; one that is broken already may complain
  }
}

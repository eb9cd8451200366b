import * as pulumi from '@pulumi/pulumi';
import { isRpcSecret, unwrapRpcSecret } from '@pulumi/pulumi/runtime/rpc';
import * as settings from '@pulumi/pulumi/runtime/settings';
import * as state from '@pulumi/pulumi/runtime/state';
import { RecordingMonitor, type Recorded } from './monitor';

/** Marked internal, so missing from the types: nothing public waits for what is in flight, or keeps the features of the mocks. */
const internals = { ...settings, ...state } as unknown as {
  waitForRPCs(): Promise<void>;
  getStore(): Record<string, unknown>;
};

export type { Recorded } from './monitor';

/** Properties of a resource or answer of a function, in plain. */
export type Properties = Record<string, unknown>;

export interface RecordOptions {
  /** Defaults to `agent-factory`. */
  project?: string;
  /** Defaults to `dev`. */
  stack?: string;
  /** Whether it is a preview, in which ids and outputs are unknown. Defaults to false. */
  preview?: boolean;
  /** What the cloud adds to the inputs of a resource, by type; `id` among it is the resource's id. Defaults to nothing. */
  outputs?: Record<string, (inputs: Properties, name: string) => Properties>;
  /** Answers of provider functions by token. A token without an answer fails the test. */
  calls?: Record<string, (inputs: Properties) => Properties>;
}

/** What a program registered. */
export class Recording {
  /** In the order of registration, which follows what waits for what, not the order of construction. */
  constructor(readonly all: readonly Recorded[]) {}

  /** Resources of a type, sorted by logical name. */
  of(type: string): Recorded[] {
    return this.all.filter((resource) => resource.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The one resource of a type (and logical name). Throws when there is none or more than one. */
  one(type: string, name?: string): Recorded {
    const found = this.of(type).filter((resource) => name === undefined || resource.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new Error(
        `${found.length} of ${type}${name === undefined ? '' : ` named ${name}`}; there are ${this.all.map((resource) => `${resource.type} ${resource.name}`).join(', ')}`,
      );
    return only;
  }

  /** Number of resources by type, sorted by type. */
  counts(): Record<string, number> {
    const types = this.all.map((resource) => resource.type).sort();
    return Object.fromEntries(types.map((type) => [type, this.of(type).length]));
  }

  /** Whether a resource waits for another, directly or through others, components and parents included. */
  waitsFor(resource: Recorded, other: Recorded, seen = new Set<string>()): boolean {
    if (seen.has(resource.urn)) return false;
    seen.add(resource.urn);
    const next = [...resource.dependencies, resource.parent].filter(Boolean);
    return (
      next.includes(other.urn) ||
      this.all.some((candidate) => next.includes(candidate.urn) && this.waitsFor(candidate, other, seen))
    );
  }
}

/**
 * Runs a program against the recording monitor, waits until nothing is in flight, and hands over what was registered and what the
 * program returned. Rejects with the first failure of the mocks, such as a provider function that nobody answers. What fails inside an
 * output fails the test by itself (an unhandled rejection).
 */
export async function record<T>(
  program: () => T,
  options: RecordOptions = {},
): Promise<{ recording: Recording; result: T }> {
  const { project = 'agent-factory', stack = 'dev', preview = false } = options;
  const mocks = createMocks(options);
  const monitor = new RecordingMonitor(mocks);
  await pulumi.runtime.setMocks(mocks, project, stack, preview);
  const features = Object.entries(internals.getStore()).filter(([key]) => key.startsWith('supports'));
  settings.setMockOptions(monitor, project, stack, preview);
  Object.assign(internals.getStore(), Object.fromEntries(features)); // which setMocks knows and setMockOptions clears
  // The SDK takes a stack for every promise, and Jest maps each of its frames: most of a test's time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 2;
  try {
    const result = program();
    await internals.waitForRPCs();
    const [failure] = monitor.failures;
    if (failure !== undefined) throw failure;
    return { recording: new Recording(monitor.recorded), result };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Value of an output, secret or not. Undefined when a preview does not know it; rejects when what it comes from failed. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  return (output as unknown as { promise(): Promise<T | undefined> }).promise(); // not in the types; the only way that sees a failure
}

function createMocks(options: RecordOptions): pulumi.runtime.Mocks {
  const { outputs = {}, calls = {}, preview = false } = options;
  return {
    newResource: ({ type, name, inputs, custom, id }) => {
      if (custom === false) return { id: undefined, state: inputs };
      const known = unwrap(inputs);
      const { id: given, ...added } = outputs[type]?.(known, name) ?? {};
      const state = preview ? inputs : { ...inputs, ...added };
      return {
        id: preview ? undefined : (text(given) ?? text(id) ?? `${type.split(':').at(-1)}/${physical(known) ?? name}`),
        state,
      };
    },
    call: ({ token, inputs }) => {
      const answer = calls[token];
      if (answer === undefined) throw new Error(`nothing answers the provider function ${token}`);
      return answer(unwrap(inputs));
    },
  };
}

function unwrap(inputs: unknown): Properties {
  const open: unknown = isRpcSecret(inputs) ? unwrapRpcSecret(inputs) : inputs;
  return Object.fromEntries(
    Object.entries(open as Properties).map(([key, value]) => [
      key,
      isRpcSecret(value) ? unwrapRpcSecret(value) : value,
    ]), // inputs are an object
  );
}

function physical(inputs: Properties): string | undefined {
  return text(inputs.name) ?? text(inputs.bucket) ?? text(inputs.accountId);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

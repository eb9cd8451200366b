import { randomBytes } from 'node:crypto';
import { recordCall } from '../shared/calls';
import {
  NotReadyError,
  RefusedError,
  type CheckRequest,
  type CheckResult,
  type ConfigDiff,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type Failure,
  type InvokeResult,
  type ReadRequest,
  type ReadResult,
  type StandInProvider,
  type Target,
  type UpdateRequest,
} from '../shared/provider';
import { hasUnknown, type Marked, type ValueObject } from '../shared/values';
import type { Backend, Outcome, WriteOptions } from './backend';
import { planCheck } from './check';
import { diffSettings } from './config/diff';
import { checkSettings } from './config/settings';
import { connect, reachable, type ChooseBackend, type Connection } from './connection';
import { planDiff } from './diff';
import { prune, withoutServerFields } from './diff/prune';
import { annotateSecrets } from './diff/secrets';
import { withDashes, withUnderscores } from './keys';
import { child, gvkOf, gvkOfType, idOf, nameOf, parseId, strings, type Gvk, type KubeObject } from './object';
import { fieldManagerOf, liveOf, stateOf } from './state';
import type { Catalog } from './schema/catalog';

/** What the provider is made of. */
export interface KubernetesProviderOptions {
  version: string;
  catalog: Catalog;
  environment: NodeJS.ProcessEnv;
  choose: ChooseBackend;
  /** Where calls are recorded; absent: nowhere. */
  directory: string | undefined;
}

const usualMinor = 34;

/** The stand-in for the `kubernetes` provider: the real one's rules over a backend. */
export class KubernetesProvider implements StandInProvider {
  readonly name = 'kubernetes';
  readonly version: string;
  readonly replacedByConfig = [];
  #connection: Connection | undefined;

  constructor(private readonly options: KubernetesProviderOptions) {
    this.version = options.version;
  }

  checkConfig(news: Marked): Failure[] {
    return checkSettings(news.value);
  }

  diffConfig(olds: ValueObject, news: ValueObject): ConfigDiff {
    return diffSettings(olds, news);
  }

  async configure(config: ValueObject): Promise<void> {
    this.#connection = await connect(config, this.options.environment, this.options.choose);
  }

  get #configured(): Connection {
    if (this.#connection === undefined) throw new RefusedError('NotConfigured', 'the provider was not configured');
    return this.#connection;
  }

  check(request: CheckRequest): CheckResult {
    const { settings, namespace, choice, unreachable } = this.#configured;
    if (unreachable !== undefined && settings.skipUpdateUnreachable) return { inputs: request.olds, failures: [] };
    return planCheck(request, {
      catalog: this.options.catalog,
      minor: choice?.minor ?? usualMinor,
      knowsAllKinds: choice?.knowsAllKinds ?? true,
      namespace,
      serverSideApply: settings.serverSideApply,
    });
  }

  diff(request: DiffRequest): DiffResult {
    return planDiff(request, this.#configured.settings);
  }

  async create(request: CreateRequest): Promise<{ id: string; state: Marked }> {
    const object = withDashes(request.inputs);
    if (request.preview && (hasUnknown(object.value) || this.#configured.unreachable !== undefined))
      return { id: '', state: request.inputs };
    const fieldManager = this.#fieldManager(object.value, {});
    const outcome = await this.#record(request.preview ? 'preview-create' : 'create', request, (backend) =>
      backend.create(object, this.#configured.settings.upsertExistingObjects, this.#write(request, fieldManager)),
    );
    const state = stateOf(outcome.live, object.secrets, fieldManager);
    this.#checkReady(outcome, state, request.inputs);
    return { id: request.preview ? '' : idOf(outcome.live), state };
  }

  async update(request: UpdateRequest): Promise<Marked> {
    const object = withDashes(request.news);
    if (request.preview && (hasUnknown(object.value) || this.#configured.unreachable !== undefined))
      return request.news;
    const fieldManager = this.#fieldManager(object.value, request.oldState.value);
    const outcome = await this.#record(request.preview ? 'preview-update' : 'update', request, (backend) =>
      backend.apply(object, withDashes(request.oldInputs).value, this.#write(request, fieldManager)),
    );
    const state = stateOf(outcome.live, object.secrets, fieldManager);
    this.#checkReady(outcome, state, request.news);
    return state;
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { settings, unreachable } = this.#configured;
    if (unreachable !== undefined && settings.deleteUnreachable) return undefined;
    if (unreachable !== undefined && settings.skipUpdateUnreachable) return request;
    const inputs = withDashes(request.inputs);
    const old = liveOf(withDashes(request.state).value);
    const gvk = this.#gvk(request, old);
    const { namespace, name } = parseId(request.id);
    const found = await this.#record('read', request, (backend) =>
      backend.read(gvk, namespace, name, [old, inputs.value]),
    );
    if (found === undefined) return undefined;
    const imported = Object.keys(inputs.value).length === 0;
    const asked = imported ? withoutServerFields(found.live) : prune(found.live, inputs.value);
    const result = {
      id: request.id,
      state: stateOf(
        found.live,
        new Set([...inputs.secrets, ...request.state.secrets]),
        this.#fieldManager(asked, request.state.value),
      ),
      inputs: withUnderscores(annotateSecrets(asked, inputs.secrets)),
    };
    this.#checkReady(found, result.state, result.inputs);
    return result;
  }

  async delete(request: DeleteRequest): Promise<void> {
    const { settings, unreachable } = this.#configured;
    if (unreachable !== undefined && settings.deleteUnreachable) return;
    const live = liveOf(withDashes(request.state).value);
    await this.#record('delete', request, (backend) =>
      backend.remove(live, { timeoutSeconds: request.timeoutSeconds ?? 0 }),
    );
  }

  invoke(token: string): InvokeResult {
    throw new RefusedError('Unimplemented', `${token} is not something that this stand-in does`);
  }

  #gvk(target: Target, live: KubeObject): Gvk {
    const gvk = nameOf(live) === '' ? gvkOfType(target.type) : gvkOf(live);
    if (gvk === undefined) throw new RefusedError('NotFound', `${target.type} is not a kind of object`);
    return gvk;
  }

  #write(request: CreateRequest | UpdateRequest, fieldManager: string): WriteOptions {
    return { preview: request.preview, timeoutSeconds: request.timeoutSeconds ?? 0, fieldManager };
  }

  #fieldManager(object: KubeObject, state: ValueObject): string {
    const annotated = strings(child(object, 'metadata')['annotations'])['pulumi.com/patchFieldManager'];
    return annotated ?? fieldManagerOf(state) ?? `pulumi-kubernetes-${randomBytes(4).toString('hex')}`;
  }

  #checkReady(outcome: Outcome, state: Marked, inputs: Marked): void {
    if (outcome.notReady.length > 0) throw new NotReadyError(idOf(outcome.live), state, inputs, outcome.notReady);
  }

  async #record<Result>(
    operation: string,
    { type, name }: Target,
    run: (backend: Backend) => Promise<Result>,
  ): Promise<Result> {
    const { directory } = this.options;
    let outcome = 'ok';
    try {
      const result = await run(reachable(this.#configured));
      if (isOutcome(result) && result.notReady.length > 0) outcome = 'NotReady';
      return result;
    } catch (error) {
      outcome = error instanceof RefusedError ? error.code : 'Fault';
      throw error;
    } finally {
      if (directory !== undefined) recordCall(directory, { operation, type, name, outcome });
    }
  }
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'notReady' in value;
}

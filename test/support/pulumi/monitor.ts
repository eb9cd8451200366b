import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import { isRpcSecret, unwrapRpcSecret } from '@pulumi/pulumi/runtime/rpc';
import {
  ResourceInvokeResponse,
  type RegisterResourceRequest,
  type RegisterResourceResponse,
} from '@pulumi/pulumi/proto/resource_pb';

/** A resource as the program registered it, options included, which Pulumi's own mocks hide. */
export interface Recorded {
  urn: string;
  type: string;
  /** Logical name. */
  name: string;
  /** False for a component. */
  custom: boolean;
  /** Inputs in plain; unknown values of a preview are missing. */
  inputs: Record<string, unknown>;
  /** Inputs that are secret, or that hold a secret somewhere inside. */
  secretInputs: string[];
  /** URN; empty without a parent. */
  parent: string;
  protect: boolean;
  /** URNs of all that it waits for. */
  dependencies: string[];
  /** URNs that an input comes from. */
  inputDependencies: Record<string, string[]>;
  aliases: string[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  deleteBeforeReplace: boolean;
  retainOnDelete: boolean;
  deletedWith: string;
  /** Reference of the provider; empty for the default one. */
  provider: string;
}

type Callback = (error: unknown, response: RegisterResourceResponse | undefined) => void;

/** Pulumi's mock monitor, which also keeps parent, protect, dependencies, aliases and failures. */
export class RecordingMonitor extends MockMonitor {
  readonly recorded: Recorded[] = [];
  readonly failures: Error[] = [];

  override async registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void> {
    await super.registerResource(request, (error: unknown, response: RegisterResourceResponse | undefined) => {
      if (response === undefined) this.failures.push(asError(error));
      else this.recorded.push(describe(request, response.getUrn()));
      callback(error, response);
    });
  }

  override async invoke(request: unknown, callback: (error: unknown, response: unknown) => void): Promise<void> {
    await super.invoke(request, (error: unknown, response: unknown) => {
      if (response === undefined) this.failures.push(asError(error));
      // An error here would end as an unhandled rejection far from its cause: it is kept, and the program goes on with nothing.
      callback(null, response ?? new ResourceInvokeResponse());
    });
  }
}

function describe(request: RegisterResourceRequest, urn: string): Recorded {
  const raw = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>; // a Struct is an object of JSON values
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs: plain(raw) as Record<string, unknown>, // an object stays one
    secretInputs: Object.keys(raw).filter((key) => holdsSecret(raw[key])),
    parent: request.getParent(),
    protect: request.getProtect() ?? false,
    dependencies: request.getDependenciesList(),
    inputDependencies: Object.fromEntries(
      request
        .getPropertydependenciesMap()
        .toArray()
        .map(([name, list]) => [name, dependencyUrns(list)]),
    ),
    aliases: request.getAliasesList().map((alias) => alias.getUrn() || (alias.getSpec()?.getName() ?? '')),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
    provider: request.getProvider(),
  };
}

/** jspb gives the entries of a message map as arrays of its fields; the first field is the list of URNs. */
function dependencyUrns(list: unknown): string[] {
  return Array.isArray(list) && Array.isArray(list[0]) ? list[0].map(String) : [];
}

function holdsSecret(value: unknown): boolean {
  if (isRpcSecret(value)) return true;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret);
}

function plain(value: unknown): unknown {
  const open: unknown = isRpcSecret(value) ? unwrapRpcSecret(value) : value;
  if (Array.isArray(open)) return open.map(plain);
  if (typeof open !== 'object' || open === null) return open;
  return Object.fromEntries(
    Object.entries(open)
      .filter(([, inner]) => inner !== unknownValue)
      .map(([key, inner]) => [key, plain(inner)]),
  );
}

/** What the engine sends in place of a value that is not known yet (sdk/nodejs/runtime/rpc.ts, unknownValue). */
const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

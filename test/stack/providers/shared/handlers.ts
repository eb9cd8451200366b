import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { ConfigDiff, Failure, PropertyChange, StandInProvider, Target } from './provider';
import { same, type ValueObject } from './values';
import { fromWire, toWire } from './wire';

const { PropertyDiff, DiffResponse } = rpc;

/** The RPCs of a resource provider that the engine calls, each as a function of its request. */
export function handlers(provider: StandInProvider) {
  return {
    handshake: async () => {
      const response = new rpc.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    },
    getPluginInfo: async () => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    },
    attach: async () => new Empty(),
    cancel: async () => new Empty(),
    getSchema: async () => {
      const response = new rpc.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: provider.name, version: provider.version }));
      return response;
    },
    ...configuration(provider),
    ...planning(provider),
    ...changing(provider),
    invoke: async (request: rpc.InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), fromWire(request.getArgs()));
      const response = new rpc.InvokeResponse();
      response.setReturn(toWire({ value: result.value, secrets: result.secrets ?? new Set() }));
      response.setFailuresList((result.failures ?? []).map(toFailure));
      return response;
    },
  };
}

function configuration(provider: StandInProvider) {
  return {
    checkConfig: async (request: rpc.CheckRequest) => {
      const news = fromWire(request.getNews());
      const response = new rpc.CheckResponse();
      response.setInputs(toWire(news));
      response.setFailuresList((await provider.checkConfig(news)).map(toFailure));
      return response;
    },
    diffConfig: async (request: rpc.DiffRequest) => {
      const olds = fromWire(request.getOldInputs() ?? request.getOlds()).value;
      const news = fromWire(request.getNews()).value;
      const { changed, replaces } = provider.diffConfig?.(olds, news) ?? diffConfig(provider, olds, news);
      const response = new DiffResponse();
      response.setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
      response.setDiffsList([...changed]);
      response.setReplacesList([...replaces]);
      return response;
    },
    configure: async (request: rpc.ConfigureRequest) => {
      await provider.configure(fromWire(request.getArgs()).value);
      const response = new rpc.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    },
  };
}

function diffConfig(provider: StandInProvider, olds: ValueObject, news: ValueObject): ConfigDiff {
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== 'version' && !same(olds[key], news[key]),
  );
  return { changed, replaces: changed.filter((key) => provider.replacedByConfig.includes(key)) };
}

function planning(provider: StandInProvider) {
  return {
    check: async (request: rpc.CheckRequest) => {
      const result = await provider.check({
        ...target(request),
        olds: fromWire(request.getOlds()),
        news: fromWire(request.getNews()),
        seed: request.getRandomseed_asU8(),
      });
      const response = new rpc.CheckResponse();
      response.setInputs(toWire(result.inputs));
      response.setFailuresList(result.failures.map(toFailure));
      return response;
    },
    diff: async (request: rpc.DiffRequest) => {
      const result = await provider.diff({
        ...target(request),
        id: request.getId(),
        oldState: fromWire(request.getOlds()),
        oldInputs: fromWire(request.getOldInputs()),
        news: fromWire(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
      });
      const replaced = [...result.changes].filter(([, change]) => change.replace).map(([path]) => path);
      const response = new DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
      response.setChanges(result.changes.size > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList([...new Set([...result.changes.keys()].map(topLevel))]);
      response.setReplacesList(replaced.map(topLevel));
      response.setDeletebeforereplace(replaced.length > 0 && result.deleteBeforeReplace);
      response.setHasdetaileddiff(true);
      for (const [path, change] of result.changes) response.getDetaileddiffMap().set(path, toPropertyDiff(change));
      return response;
    },
  };
}

function changing(provider: StandInProvider) {
  return {
    create: async (request: rpc.CreateRequest) => {
      const inputs = fromWire(request.getProperties());
      const created = await provider.create({
        ...target(request),
        inputs,
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      const response = new rpc.CreateResponse();
      response.setId(created.id);
      response.setProperties(toWire(created.state));
      return response;
    },
    read: async (request: rpc.ReadRequest) => {
      const state = fromWire(request.getProperties());
      const inputs = fromWire(request.getInputs());
      const found = await provider.read({ ...target(request), id: request.getId(), state, inputs });
      const response = new rpc.ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(toWire(found.state));
      response.setInputs(toWire(found.inputs));
      return response;
    },
    update: async (request: rpc.UpdateRequest) => {
      const state = await provider.update({
        ...target(request),
        id: request.getId(),
        oldState: fromWire(request.getOlds()),
        oldInputs: fromWire(request.getOldInputs()),
        news: fromWire(request.getNews()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      const response = new rpc.UpdateResponse();
      response.setProperties(toWire(state));
      return response;
    },
    delete: async (request: rpc.DeleteRequest) => {
      const state = fromWire(request.getProperties());
      await provider.delete({ ...target(request), id: request.getId(), state, timeoutSeconds: request.getTimeout() });
      return new Empty();
    },
  };
}

/** Older engines send only the URN; its last two parts are the types' chain and the name. */
function target(request: { getUrn(): string }): Target {
  const urn = request.getUrn();
  const [, , types = '', ...name] = urn.split('::');
  return { urn, type: types.slice(types.lastIndexOf('$') + 1), name: name.join('::') };
}

function topLevel(path: string): string {
  return /^\["(.*?)"\]/.exec(path)?.[1] ?? path.split(/[.[]/)[0] ?? path;
}

function toFailure(failure: Failure): rpc.CheckFailure {
  const result = new rpc.CheckFailure();
  result.setProperty(failure.property);
  result.setReason(failure.reason);
  return result;
}

function toPropertyDiff(change: PropertyChange): rpc.PropertyDiff {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
  const kinds = {
    add: change.replace ? ADD_REPLACE : ADD,
    delete: change.replace ? DELETE_REPLACE : DELETE,
    update: change.replace ? UPDATE_REPLACE : UPDATE,
  };
  const result = new PropertyDiff();
  result.setKind(kinds[change.kind]);
  result.setInputdiff(true);
  return result;
}

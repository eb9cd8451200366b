import { env } from '@agent-factory/contract';
import { CommandError, exitCodes } from '../exit';
import { readIfThere } from '../local/files';
import { isAlive } from '../local/identity';
import { factoryPaths, findHome, type FactoryPaths } from '../local/paths';
import { readState } from '../local/state';
import type { Endpoint } from './http';

/**
 * The factory that FACTORY_URL and FACTORY_TOKEN name, else the one that runs in this folder or the nearest above. The token of the local
 * factory goes to the local factory only: with a FACTORY_URL of any other origin, FACTORY_TOKEN must be set. Throws a CommandError `usage`
 * when it is not, `notRunning` when no factory is named and none runs.
 */
export function findFactory(from: string, environment: NodeJS.ProcessEnv = process.env): Endpoint {
  const url = setting(environment, env.factoryUrl);
  const ownToken = setting(environment, env.factoryToken);
  const paths = factoryPaths(findHome(from));
  const local = localFactory(paths);
  if (url !== undefined) {
    const named = checkedUrl(url);
    const isLocal = local !== undefined && new URL(local.url).origin === new URL(named).origin;
    const token = ownToken ?? (isLocal ? local.token : undefined);
    if (token !== undefined) return { url: named, token };
    throw new CommandError(exitCodes.usage, `${env.factoryUrl} is set and ${env.factoryToken} is not`, {
      hints: [`The token of the factory in a folder is given to no other address. Set ${env.factoryToken} too.`],
    });
  }
  const token = ownToken ?? local?.token;
  if (local === undefined || token === undefined) {
    throw new CommandError(exitCodes.notRunning, `no factory runs in ${paths.home}`, {
      hints: ['`factory up` starts one here.', `For one elsewhere set ${env.factoryUrl} and ${env.factoryToken}.`],
    });
  }
  return { url: local.url, token };
}

/** The factory whose supervisor lives; its token may be missing. */
function localFactory({ state: file, token }: FactoryPaths): { url: string; token: string | undefined } | undefined {
  const state = readState(file);
  if (state === undefined || !isAlive(state.supervisor)) return undefined;
  return { url: state.url, token: readIfThere(token)?.trim() };
}

/** A variable of the environment; empty is as good as not set. */
function setting(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name];
  return value === undefined || value === '' ? undefined : value;
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new CommandError(exitCodes.usage, `${env.factoryUrl} is not an http or https URL`);
}

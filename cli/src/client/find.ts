import { env } from '@agent-factory/contract';
import { CommandError, exitCodes } from '../exit';
import { readIfThere } from '../local/files';
import { isAlive } from '../local/identity';
import { factoryPaths, findHome } from '../local/paths';
import { readState } from '../local/state';
import type { Endpoint } from './http';

/** The factory that FACTORY_URL and FACTORY_TOKEN name, else the one that runs in this folder or the nearest above. Throws a CommandError `notRunning`. */
export function findFactory(from: string, environment: NodeJS.ProcessEnv = process.env): Endpoint {
  const url = environment[env.factoryUrl];
  const paths = factoryPaths(findHome(from));
  const token = environment[env.factoryToken] ?? readIfThere(paths.token)?.trim();
  if (url !== undefined && url !== '') return { url: checkedUrl(url), token: token ?? '' };
  const state = readState(paths.state);
  if (state === undefined || token === undefined || !isAlive(state.supervisor)) {
    throw new CommandError(exitCodes.notRunning, `no factory runs in ${paths.home}`, {
      hints: ['`factory up` starts one here.', `For one elsewhere set ${env.factoryUrl} and ${env.factoryToken}.`],
    });
  }
  return { url: state.url, token };
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new CommandError(exitCodes.usage, `${env.factoryUrl} is not an http or https URL`);
}

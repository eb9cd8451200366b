import type { Clock } from '../clock';
import { which } from '../machine';
import { removeContainer } from '../redis/part';
import { endProcesses, leftovers, readState, removeState } from '../state';

/** Ends what a factory left whose supervisor was killed. Answers the names of the parts it ended. Throws when one will not end. */
export async function cleanLeftovers(statePath: string, clock: Clock): Promise<string[]> {
  const state = readState(statePath);
  if (state === undefined) return [];
  const left = leftovers(state);
  const stubborn = await endProcesses(left, clock);
  if (stubborn.length > 0)
    throw new Error(`processes ${stubborn.map(({ pid }) => pid).join(', ')} of an earlier factory will not end`);
  const docker = state.container === undefined ? undefined : which('docker');
  if (state.container !== undefined && docker !== undefined) await removeContainer(docker, state.container);
  removeState(statePath);
  return state.parts
    .filter(({ process: part }) => part !== undefined && left.some(({ pid }) => pid === part.pid))
    .map(({ name }) => name);
}

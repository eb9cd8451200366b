import { createNames } from '../../components/names';
import { cloudCalls, cloudOutputs } from '../support/pulumi/cloud';
import { record, type RecordOptions } from '../support/pulumi/recorder';

export { project, projectNumber } from '../support/pulumi/cloud';

/** Names as a stack called `dev` gives them. */
export const names = createNames('factory', 'dev');

/** Runs a program with Google Cloud answering as it would. */
export function recordCloud<T>(program: () => T, options: RecordOptions = {}) {
  return record(program, { outputs: cloudOutputs, calls: cloudCalls, ...options });
}

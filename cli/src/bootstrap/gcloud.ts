import { spawn } from 'node:child_process';
import { CommandError, exitCodes } from '../exit';
import { isErrno } from '../local/files';
import type { Command } from './step';

/** How a run of gcloud ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs gcloud once. */
export type Gcloud = (command: Command) => Promise<Ended>;

/** The longest command turns on APIs: minutes, where Google is slow. */
const timeoutMs = 600_000;

/** The gcloud on the PATH, which asks nothing. Throws a CommandError where there is none. */
export function gcloudOnPath(signal: AbortSignal): Gcloud {
  return (command) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' };
      const child = spawn('gcloud', command, { stdio: ['ignore', 'pipe', 'pipe'], env, signal, timeout: timeoutMs });
      const text = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part));
      child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part));
      child.on('error', (error) =>
        reject(
          isErrno(error, 'ENOENT')
            ? new CommandError(exitCodes.failed, 'gcloud is not on the PATH', {
                hints: ['Install it: https://cloud.google.com/sdk/docs/install, then run `gcloud auth login`.'],
              })
            : error,
        ),
      );
      child.on('close', (code) => resolve({ code: code ?? 1, ...text }));
    });
}

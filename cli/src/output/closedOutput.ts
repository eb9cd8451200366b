import { exitCodes } from '../exit';

type Stream = Pick<NodeJS.WriteStream, 'on' | 'removeListener'>;

/** What a process offers of itself here; tests give their own. */
export interface Outputs {
  stdout: Stream;
  stderr: Stream;
}

/** A reader that has seen enough, such as `head`, ends the command, and is no failure. Nobody to read remarks ends nothing. */
export function endWithReader(own: Outputs = process): void {
  own.stdout.on('error', end);
  own.stderr.on('error', ignore);
}

/** From now on a reader that goes away only means that nothing more is read: what runs has more to do than to tell of it. */
export function outliveReader(own: Outputs = process): void {
  own.stdout.removeListener('error', end);
  own.stdout.on('error', ignore);
}

function end(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed);
}

function ignore(): void {}

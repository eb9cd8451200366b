import { FactoryError, type ErrorCode } from '@agent-factory/contract';
import { CommandError, exitCodes, type ExitCode } from './exit';
import { messageOf, textField } from './thrown';

/** A failure as it is shown and as it ends the process. */
export interface Failure {
  exitCode: ExitCode;
  code?: ErrorCode;
  message: string;
  hints: readonly string[];
}

/** What to show for anything thrown. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message, hints: error.hints };
  if (error instanceof FactoryError) {
    const faults = error.faults.map(({ path, message }) => `${path}: ${message}`);
    return {
      exitCode: exitCodeOf(error),
      code: error.code,
      message: faults.length > 0 ? error.record.title : `${error.record.title}: ${error.detail}`,
      hints: [...faults, error.record.hint],
    };
  }
  const stack = textField(error, 'stack');
  return {
    exitCode: exitCodes.failed,
    message: messageOf(error),
    hints: stack !== undefined && process.env['DEBUG'] !== undefined ? [stack] : [],
  };
}

/** What the caller got wrong is 2; a store that is away is 3; all else failed. */
function exitCodeOf({ record, code }: FactoryError): ExitCode {
  if (code === 'STORE_UNAVAILABLE' || code === 'SHUTTING_DOWN') return exitCodes.notRunning;
  return record.http === 400 || record.http === 413 || record.http === 422 ? exitCodes.usage : exitCodes.failed;
}

/** What a script learns from the exit code of any verb. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  taskFailed: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeHelp = `Exit codes:
  0    it worked
  1    it failed
  2    the command, a file or a value given is wrong
  3    the factory is not running or does not answer
  4    a task failed or was cancelled
  130  interrupted`;

/** A failure that ends the command with a message for people and a code for scripts. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** What to do about it, one line each. */
  readonly hints: readonly string[];

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options: { hints?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hints = options.hints ?? [];
  }
}

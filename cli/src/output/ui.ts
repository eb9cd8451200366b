import { stripVTControlCharacters, styleText } from 'node:util';

/** Where a command says things: what was asked for on stdout, all else on stderr, so that output can be piped. */
export interface Ui {
  /** `--json`: stdout holds JSON only, one document or one a line. */
  readonly json: boolean;
  /** A person is at both ends of the terminal. */
  readonly interactive: boolean;
  /** Whether stderr is a terminal, on which a line can be drawn again. */
  readonly redraws: boolean;
  readonly columns: number;
  /** The answer: as a document with --json, else as text. */
  answer(value: unknown, text: string): void;
  /** A line of a stream of answers. */
  line(value: unknown, text: string): void;
  /** A remark for people; silent with --json. */
  say(text: string): void;
  warn(text: string): void;
  /** A line that the next one replaces, on a terminal; nothing elsewhere. Empty removes it. */
  status(text: string): void;
}

export interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
}

export function terminalUi(json: boolean, { stdout, stderr, stdin }: Streams = process): Ui {
  const redraws = stderr.isTTY && !json && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined;
  let drawn = '';
  const erase = (): void => {
    if (drawn !== '') stderr.write('\r\x1b[2K');
    drawn = '';
  };
  const out = (stream: NodeJS.WriteStream, text: string): void => {
    const before = drawn;
    erase();
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
    if (before !== '') draw(before);
  };
  const draw = (text: string): void => {
    drawn = text;
    stderr.write(`\r\x1b[2K${text}`);
  };
  return {
    json,
    interactive: stdin.isTTY && stdout.isTTY && !json && process.env['CI'] === undefined,
    redraws,
    columns: stderr.columns ?? 80,
    answer: (value, text) => out(stdout, json ? JSON.stringify(value, null, 2) : text),
    line: (value, text) => out(stdout, json ? JSON.stringify(value) : text),
    say: (text) => {
      if (!json) out(stderr, text);
    },
    warn: (text) =>
      out(stderr, json ? JSON.stringify({ warning: stripVTControlCharacters(text) }) : paint('yellow', text)),
    status: (text) => {
      if (!redraws) return;
      if (text === '') erase();
      else draw(clip(text, (stderr.columns ?? 80) - 1));
    },
  };
}

/** Colour where the stream takes it (NO_COLOR and FORCE_COLOR are kept). */
export function paint(
  style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan',
  text: string,
  stream: NodeJS.WriteStream = process.stderr,
): string {
  return styleText(style, text, { stream });
}

/** Text from outside as it can be shown: no control characters, so that a log line cannot move the cursor or change the title. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\t\n])\p{Cc}/gu, '�');
}

/** The first `width` characters; styled text is left alone when it fits. */
function clip(text: string, width: number): string {
  const plain = stripVTControlCharacters(text);
  return plain.length <= width ? text : `${plain.slice(0, Math.max(0, width - 1))}…`;
}

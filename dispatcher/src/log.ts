import pino, { type DestinationStream, type Logger } from 'pino';

/** Paths whose values never reach a log line. */
const secretPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  'headers.authorization',
  'authorization',
  'token',
  '*.token',
  '*.authorization',
  'signing_key',
  '*.signing_key',
];

/** A logger that writes JSON lines, to stdout by default. */
export function createLogger(level: string, destination: DestinationStream = pino.destination(1)): Logger {
  return pino(
    {
      level,
      base: { program: 'dispatcher', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretPaths, censor: '[secret]' },
      serializers: { err: pino.stdSerializers.err },
    },
    destination,
  );
}
export type { Logger };

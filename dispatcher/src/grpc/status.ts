import { errorCatalogue, FactoryError } from '@agent-factory/contract';
import { Metadata, status } from '@grpc/grpc-js';

/** How a call ends when it fails; grpc-js takes it as an error. */
export interface CallStatus {
  code: status;
  details: string;
  /** `factory-code` with the code of the catalogue, and `retry-after` in seconds where waiting helps. */
  metadata: Metadata;
}

/** Longest message, in characters: it travels in a header. */
const maxDetails = 1_000;

/** The status that tells an error. What is not a FactoryError is INTERNAL, and its text stays here. */
export function toCallStatus(error: unknown): CallStatus {
  if (!(error instanceof FactoryError)) {
    return callStatus(status.INTERNAL, errorCatalogue.INTERNAL.title, { 'factory-code': 'INTERNAL' });
  }
  const { retryAfterSeconds } = error;
  return callStatus(status[error.record.grpc], describe(error), {
    'factory-code': error.code,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
  });
}

function callStatus(code: status, details: string, entries: Record<string, string>): CallStatus {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
  // Half a surrogate pair would break the encoding of the header.
  return { code, details: details.slice(0, maxDetails).toWellFormed(), metadata };
}

/** The detail, and every fault that it does not name already. */
function describe({ detail, faults }: FactoryError): string {
  const missing = faults.filter(({ path }) => !detail.includes(path));
  return [detail, ...missing.map(({ path, message }) => `${path}: ${message}`)].join('; ');
}

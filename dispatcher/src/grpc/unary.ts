import { FactoryError } from '@agent-factory/contract';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { Authenticator, Principal } from '../auth/port';
import type { Logger } from '../log';
import { authorizationOf } from './authorization';
import { toCallStatus } from './status';

/** A handler of one question and one answer, both as bytes: knows the caller, and tells failures as the catalogue does. */
export function unaryHandler(
  { authenticator, log }: { authenticator: Pick<Authenticator, 'authenticate'>; log: Logger },
  work: (principal: Principal, request: Buffer) => Promise<Buffer>,
) {
  const answer = async (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): Promise<void> => {
    try {
      const principal = await authenticator.authenticate(authorizationOf(call.metadata));
      callback(null, await work(principal, call.request));
    } catch (error) {
      if (!(error instanceof FactoryError)) log.error({ err: error, method: call.getPath() }, 'a call failed');
      callback(toCallStatus(error));
    }
  };
  return (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => void answer(call, callback);
}

import * as proto from '../gen/agentfactory/v1/worker';
import type { Assignment } from '../task';
import { dispatcherFrameSchema, workerFrameSchema, type DispatcherFrame } from '../worker';
import { codecOf } from './codec';
import { fromOneof, toOneof } from './oneof';
import { taskSpecFromMessage, taskSpecToMessage } from './task';

/** Messages and methods of the worker stream. */
export * as workerServiceMessages from '../gen/agentfactory/v1/worker';

/** Full gRPC method name of the worker stream. */
export const workMethodPath = '/agentfactory.v1.WorkerService/Work';

/** Frames of an agent, as bytes. */
export const workerFrameCodec = codecOf(
  workerFrameSchema,
  proto.WorkerFrame,
  (frame) => ({ frame: toOneof(frame) }),
  ({ frame }) => fromOneof(frame) ?? {},
);

/** Frames of the dispatcher, as bytes. */
export const dispatcherFrameCodec = codecOf(
  dispatcherFrameSchema,
  proto.DispatcherFrame,
  (frame) => ({ frame: dispatcherOneof(frame) }),
  ({ frame }) =>
    frame?.$case === 'assignments'
      ? { kind: frame.$case, tasks: frame.value.tasks.map(assignmentFromMessage) }
      : (fromOneof(frame) ?? {}),
);

function dispatcherOneof(frame: DispatcherFrame): proto.DispatcherFrame['frame'] {
  return frame.kind === 'assignments'
    ? { $case: frame.kind, value: { tasks: frame.tasks.map(assignmentToMessage) } }
    : toOneof(frame);
}

function assignmentToMessage({ spec, ...assignment }: Assignment): proto.Assignment {
  return { ...assignment, spec: taskSpecToMessage(spec) };
}

function assignmentFromMessage({ spec, ...assignment }: proto.Assignment): object {
  return spec === undefined ? assignment : { ...assignment, spec: taskSpecFromMessage(spec) };
}

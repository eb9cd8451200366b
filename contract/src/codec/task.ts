import * as proto from '../gen/agentfactory/v1/task';
import * as protoResult from '../gen/agentfactory/v1/result';
import { taskResultSchema, taskSchema, taskSpecSchema, type Task, type TaskSpec } from '../task';
import { codecOf } from './codec';
import { fromOneof, toOneof } from './oneof';

export function taskSpecToMessage(spec: TaskSpec): proto.TaskSpec {
  return { ...spec, brain: toOneof(spec.brain) };
}

/** The JSON that a TaskSpec message stands for, unchecked. */
export function taskSpecFromMessage({ brain, ...spec }: proto.TaskSpec): object {
  return { ...spec, brain: fromOneof(brain) };
}

export function taskToMessage({ spec, ...task }: Task): proto.Task {
  return spec === undefined ? task : { ...task, spec: taskSpecToMessage(spec) };
}

/** The JSON that a Task message stands for, unchecked. */
export function taskFromMessage({ spec, ...task }: proto.Task): object {
  return spec === undefined ? task : { ...task, spec: taskSpecFromMessage(spec) };
}

export const taskSpecCodec = codecOf(taskSpecSchema, proto.TaskSpec, taskSpecToMessage, taskSpecFromMessage);
export const taskCodec = codecOf(taskSchema, proto.Task, taskToMessage, taskFromMessage);
export const taskResultCodec = codecOf(
  taskResultSchema,
  protoResult.TaskResult,
  (result) => result,
  (message) => message,
);

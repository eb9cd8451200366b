import {
  batchItemFromMessage,
  batchResultToMessage,
  FactoryError,
  readMessage,
  taskServiceMessages as messages,
  taskSpecFromMessage,
  taskToMessage,
  writeMessage,
  type Message,
} from '@agent-factory/contract';
import type { Server } from '@grpc/grpc-js';
import type { Principal } from '../auth/port';
import type { TaskCalls } from '../tasks/port';
import { byteService } from './byteService';
import { unaryHandler } from './unary';
import { endsTask, Watches, type WatchesOptions } from './watches';

/** What the client service needs. */
export interface TaskServiceOptions extends WatchesOptions {
  calls: TaskCalls;
}

/** Adds the client service to a server; `stop` ends the open watches. */
export function addTaskService(server: Server, options: TaskServiceOptions): { stop(): void } {
  const { calls } = options;
  const watches = new Watches(options);
  const unary = <I, O>(
    request: Message<I>,
    response: Message<O>,
    work: (principal: Principal, request: I) => Promise<O>,
  ) =>
    unaryHandler(options, async (principal, bytes) =>
      writeMessage(response, await work(principal, readMessage(request, bytes))),
    );

  server.addService(byteService(messages.TaskServiceDefinition), {
    submitTask: unary(messages.SubmitTaskRequest, messages.SubmitTaskResponse, async (principal, request) => {
      const spec = request.task === undefined ? undefined : taskSpecFromMessage(request.task);
      const { task, duplicate } = await calls.submit(principal, spec, request.idempotency_key);
      return { task: taskToMessage(task), duplicate };
    }),
    submitTasks: unary(messages.SubmitTasksRequest, messages.SubmitTasksResponse, async (principal, { tasks }) =>
      batchResultToMessage(await calls.submitBatch(principal, tasks.map(batchItemFromMessage))),
    ),
    getTask: unary(messages.GetTaskRequest, messages.GetTaskResponse, async (principal, { id }) => ({
      task: taskToMessage(await calls.get(principal, id)),
    })),
    listTasks: unary(messages.ListTasksRequest, messages.ListTasksResponse, async (principal, query) => {
      const { tasks, ...rest } = await calls.list(principal, query);
      return { ...rest, tasks: tasks.map(taskToMessage) };
    }),
    listDeadTasks: unary(
      messages.ListDeadTasksRequest,
      messages.ListDeadTasksResponse,
      async (principal, { type, ...query }) => ({
        tasks: (await calls.listDead(principal, type, query)).tasks.map(taskToMessage),
      }),
    ),
    cancelTask: unary(messages.CancelTaskRequest, messages.CancelTaskResponse, async (principal, { id }) => ({
      task: taskToMessage(await calls.cancel(principal, id)),
    })),
    redriveTask: unary(messages.RedriveTaskRequest, messages.RedriveTaskResponse, async (principal, { id }) => ({
      task: taskToMessage(await calls.redrive(principal, id)),
    })),
    redriveType: unary(messages.RedriveTypeRequest, messages.RedriveTypeResponse, (principal, { type }) =>
      calls.redriveType(principal, type),
    ),
    pauseType: unary(messages.PauseTypeRequest, messages.PauseTypeResponse, async (principal, { type }) => ({
      status: await calls.pauseType(principal, type),
    })),
    resumeType: unary(messages.ResumeTypeRequest, messages.ResumeTypeResponse, async (principal, { type }) => ({
      status: await calls.resumeType(principal, type),
    })),
    listTypes: unary(messages.ListTypesRequest, messages.ListTypesResponse, (principal) => calls.listTypes(principal)),
    listAgents: unary(messages.ListAgentsRequest, messages.ListAgentsResponse, (principal, query) =>
      calls.listAgents(principal, query),
    ),
    watchTask: watches.handler({
      open: (principal, bytes, signal) => {
        const { id, cursor } = readMessage(messages.WatchTaskRequest, bytes);
        return { events: calls.followTask(principal, id, cursor, signal) };
      },
      encode: (event) => writeMessage(messages.WatchTaskResponse, { event }),
      isFinal: endsTask,
    }),
    watchEvents: watches.handler({
      open: (principal, bytes, signal) => {
        const { cursor: given } = readMessage(messages.WatchEventsRequest, bytes);
        // Followed from the very place that the client is told, so that nothing lies between.
        const cursor = given === undefined ? calls.cursorNow(principal) : undefined;
        return { events: calls.followAll(principal, given ?? cursor, signal), cursor };
      },
      encode: (event) => writeMessage(messages.WatchEventsResponse, { event }),
      isFinal: () => false,
    }),
  });
  return { stop: () => watches.stop(new FactoryError('SHUTTING_DOWN', 'the dispatcher is shutting down')) };
}

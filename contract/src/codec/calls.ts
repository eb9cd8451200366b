import type { BatchResult } from '../api';
import type * as proto from '../gen/agentfactory/v1/task_service';
import { taskSpecFromMessage, taskToMessage } from './task';

/** Messages and methods of the client service. */
export * as taskServiceMessages from '../gen/agentfactory/v1/task_service';

/** What a client wrote in a request, unchecked: a BatchItem. */
export function batchItemFromMessage({ task, idempotency_key: key }: proto.SubmitTaskRequest): object {
  return {
    ...(task === undefined ? {} : taskSpecFromMessage(task)),
    ...(key === undefined ? {} : { idempotency_key: key }),
  };
}

export function batchResultToMessage({ results, ...counts }: BatchResult): proto.SubmitTasksResponse {
  return { ...counts, results: results.map((result) => ({ result: itemToMessage(result) })) };
}

function itemToMessage(result: BatchResult['results'][number]): proto.BatchItemResult['result'] {
  return result.status === 'accepted'
    ? { $case: 'accepted', value: { task: taskToMessage(result.task), duplicate: result.duplicate } }
    : { $case: 'refused', value: { problem: problemToMessage(result.problem) } };
}

/** Absent faults and none are the same on the wire. */
function problemToMessage(problem: Extract<BatchResult['results'][number], { status: 'refused' }>['problem']) {
  return { ...problem, errors: problem.errors ?? [] };
}

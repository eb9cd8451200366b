import { FactoryError, priorities, startByMs, type Task } from '@agent-factory/contract';
import { replyNumber } from '../redisReply';
import { taskNotFound, taskPlace, type QueueContext } from './context';
import type { TaskQueue } from './port';
import { toTask } from './toTask';

/** Most dead letters that one script call puts back, so that no call holds Redis for long. */
const redriveChunk = 500;

/** What people do with tasks and types. */
export function control({
  run,
  clock,
}: QueueContext): Pick<TaskQueue, 'cancel' | 'redrive' | 'redriveAll' | 'setPaused'> {
  const startBy = priorities.map((priority) => startByMs[priority]);
  const changed = async (id: string, name: 'cancel' | 'redrive', refused: FactoryError): Promise<Task> => {
    const { type, ulid } = taskPlace(id);
    const reply = await run(name, type, name === 'cancel' ? [clock(), ulid] : [clock(), ...startBy, ulid]);
    if (Array.isArray(reply)) return toTask(type, reply, true);
    throw replyNumber(reply) === 0 ? taskNotFound(id) : refused;
  };
  return {
    cancel: (id) => changed(id, 'cancel', new FactoryError('TASK_FINISHED', `${id} has ended`)),
    redrive: (id) => changed(id, 'redrive', new FactoryError('TASK_NOT_DEAD', `${id} is not a failed task`)),
    async redriveAll(type, max) {
      let redriven = 0;
      while (redriven < max) {
        const wanted = Math.min(redriveChunk, Math.floor(max) - redriven);
        if (wanted < 1) break;
        const count = replyNumber(await run('redrive_all', type, [clock(), ...startBy, wanted]));
        redriven += count;
        if (count < wanted) break;
      }
      return redriven;
    },
    async setPaused(type, paused) {
      await run('pause', type, [clock(), paused ? 1 : 0]);
    },
  };
}

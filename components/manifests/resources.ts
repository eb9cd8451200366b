import type { Size } from './agent/size';
import { bytesQuantity, cpuQuantity } from './quantities';

/** Resources of a container. */
interface ResourceRequirements {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

/**
 * Requests and limits of an agent's container. Memory keeps the record's request below its limit: a node out of memory takes the pod
 * that is furthest above its request, so an agent that borrows memory is the one that goes, not its neighbour. Programs of
 * the system pool, which all depend on, have both alike (`fixedResources`).
 */
export function burstResources({ cpu, memory }: Size): ResourceRequirements {
  return {
    requests: { cpu: cpuQuantity(cpu.request), memory: bytesQuantity(memory.request) },
    limits: { cpu: cpuQuantity(cpu.limit), memory: bytesQuantity(memory.limit) },
  };
}

/** Resources of a program of the system pool: memory is reserved whole, CPU may borrow up to four times its request. */
export function fixedResources({ cpu, memory }: { cpu: number; memory: number }): ResourceRequirements {
  return {
    requests: { cpu: cpuQuantity(cpu), memory: bytesQuantity(memory) },
    limits: { cpu: cpuQuantity(cpu * 4), memory: bytesQuantity(memory) },
  };
}

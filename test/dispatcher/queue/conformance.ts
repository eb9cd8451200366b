import type { QueueHarness } from './fixtures';
import { controlConformance } from './conformance/control';
import { leaseConformance } from './conformance/leases';
import { listConformance } from './conformance/lists';
import { recoveryConformance } from './conformance/recovery';
import { retryConformance } from './conformance/retries';
import { submitConformance } from './conformance/submit';

/** What every implementation of the TaskQueue port must do. `fresh` answers an empty queue. */
export function queueConformance(fresh: () => Promise<QueueHarness>): void {
  submitConformance(fresh);
  leaseConformance(fresh);
  retryConformance(fresh);
  recoveryConformance(fresh);
  controlConformance(fresh);
  listConformance(fresh);
}

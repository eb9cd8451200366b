import { ToolClient } from './client/toolClient';
import type { ToolSession, ToolSessionOptions } from './session';

/**
 * Starts a tools process for one task (or connects to the tools container) and waits until it answers, at most 15 s.
 * Throws a FactoryError TOOL_FAILED when it does not, with what it printed.
 */
export async function startToolSession(options: ToolSessionOptions): Promise<ToolSession> {
  const client = new ToolClient(options);
  await client.start();
  return client;
}

import { createHash } from 'node:crypto';
import type { Names } from '../../names';
import { namespaces, type AgentPlan } from '../../types';
import { agentLabels } from '../labels';
import { inPod } from './settings';

/** MCP servers by name, as the file of MCP_CONFIG takes them. */
export type McpServers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * ConfigMap of a type: its record as this environment resolved it, and its MCP servers. The name ends in a hash of the content, and
 * the content cannot change: pods of an older version keep what they started with, and a roll back finds it again.
 */
export function agentConfigMap(plan: AgentPlan, mcpServers: McpServers | undefined, names: Names) {
  const data = {
    [inPod.recordFile]: JSON.stringify(record(plan)),
    ...(mcpServers === undefined ? {} : { [inPod.mcpFile]: JSON.stringify({ servers: mcpServers }) }),
  };
  const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 8);
  return {
    apiVersion: 'v1' as const,
    kind: 'ConfigMap' as const,
    metadata: {
      name: names('k8s.object', 'agent', plan.name, hash),
      namespace: namespaces.agents,
      labels: agentLabels(plan.name),
    },
    immutable: true,
    data,
  };
}

/** The part of a record that an agent works by (contract: agentRecordSchema). */
function record({ role, prompt, tools, model_tier, egress }: AgentPlan) {
  return { role, prompt, tools, model_tier, egress };
}

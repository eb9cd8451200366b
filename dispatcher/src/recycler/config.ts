import { agentPodLabels } from '@agent-factory/contract';
import { z } from 'zod';
import { kubernetesConfigSchema } from '../kubernetes/config';

const labelValue = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/, 'is not the value of a label');

/** The `recycler` part of the dispatcher's configuration. */
export const recyclerConfigSchema = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a name of a namespace')
    .describe('Namespace of the agents: the only one in which pods are deleted'),
  deletes_per_second: z.number().positive().max(100).default(5).describe('Pods that are deleted in a second, at most'),
  labels: z
    .record(z.string().min(1).max(317), labelValue)
    .refine((labels) => Object.keys(labels).length > 0, 'holds no label')
    .default(agentPodLabels)
    .describe('Labels of the pods of agents; one that lacks any of them is never deleted'),
  kubernetes: kubernetesConfigSchema
    .prefault({})
    .describe('How the Kubernetes API is reached; by default as from any pod'),
});
export type RecyclerConfig = z.output<typeof recyclerConfigSchema>;

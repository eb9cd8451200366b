import { typeStatusSchema } from '../api';
import { eventSchema } from '../events';
import { Event } from '../gen/agentfactory/v1/event';
import { Agent, TypeStatus } from '../gen/agentfactory/v1/registry';
import { agentSchema } from '../registry';
import { codecOf } from './codec';

export const eventCodec = codecOf(
  eventSchema,
  Event,
  (event) => event,
  (message) => message,
);
export const agentCodec = codecOf(
  agentSchema,
  Agent,
  (agent) => agent,
  (message) => message,
);
export const typeStatusCodec = codecOf(
  typeStatusSchema,
  TypeStatus,
  (status) => status,
  (message) => message,
);

import { z } from 'zod';
import { cidr } from './fields';

/** Ranges of the VPC. None may overlap another, nor a range of a peered network. */
export const networkSchema = z.strictObject({
  nodes: cidr.default('10.10.0.0/20').describe('Primary range of the subnet'),
  pods: cidr.default('10.20.0.0/14').describe('Secondary range for pods'),
  services: cidr.default('10.30.0.0/20').describe('Secondary range for services'),
  serviceConnect: cidr.default('10.41.0.0/24').describe('Endpoints of Private Service Connect: database, Valkey'),
  proxies: cidr.default('10.42.0.0/23').describe('Proxies of load balancers'),
  controlPlane: cidr.optional().describe('A /28 for the control plane. Defaults to an address of the nodes’ range'),
  privateServices: cidr
    .optional()
    .describe('A /24 for services of Google inside the VPC: Redis, Filestore. Defaults to ranges that Google picks'),
  reserved: z.array(cidr).max(50).default([]).describe('Ranges of your own networks that must stay free'),
  natAddresses: z
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe('Reserved addresses that traffic to the outside comes from; 0: they come and go'),
  flowLogs: z
    .number()
    .min(0.01, 'is below 0.01: flow logs cannot be off')
    .max(1)
    .default(0.5)
    .describe('Share of flows that is logged'),
});

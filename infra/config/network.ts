import { z } from 'zod';
import { cidr } from './fields';

/** Ranges of the VPC. None may overlap another, nor a range of a peered network. */
export const networkSchema = z.strictObject({
  nodes: cidr.default('10.10.0.0/20').describe('Primary range of the subnet'),
  pods: cidr.default('10.20.0.0/14').describe('Secondary range for pods'),
  services: cidr.default('10.30.0.0/20').describe('Secondary range for services'),
  controlPlane: cidr.default('172.16.0.0/28').describe('Of the control plane; a /28'),
  privateServices: cidr.default('10.40.0.0/20').describe('Memorystore and other services of Google'),
  serviceConnect: cidr.default('10.41.0.0/24').describe('Subnet for Private Service Connect endpoints'),
  reserved: z.array(cidr).max(50).default([]).describe('Ranges of your own networks that must stay free'),
  flowLogs: z
    .number()
    .min(0.01, 'is below 0.01: flow logs cannot be off')
    .max(1)
    .default(0.5)
    .describe('Share of flows that is logged'),
});
export type NetworkConfig = z.output<typeof networkSchema>;

import type { Rules } from './rules';
import { clusterRules } from './types/cluster';
import { databaseRules } from './types/database';
import { iamRules } from './types/iam';
import { identityRules } from './types/identity';
import { networkRules } from './types/networking';
import { nodePoolRules } from './types/nodePool';
import { operationsRules } from './types/operations';
import { queueRules } from './types/queue';
import { secretRules } from './types/secrets';
import { storageRules } from './types/storage';
import { supplyRules } from './types/supply';

/** The rules that are written down, by type token. */
export const CATALOGUE: Readonly<Record<string, Rules>> = {
  ...networkRules,
  ...queueRules,
  ...clusterRules,
  ...nodePoolRules,
  ...databaseRules,
  ...identityRules,
  ...secretRules,
  ...storageRules,
  ...supplyRules,
  ...operationsRules,
};

/** The rules of a type; undefined where only the package's own declarations speak. */
export function rulesOf(token: string): Rules | undefined {
  return CATALOGUE[token] ?? iamRules(token);
}

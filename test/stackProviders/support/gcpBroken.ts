import { clusterRows } from './broken/cluster';
import { commonRows } from './broken/common';
import { dataRows } from './broken/data';
import { identityRows } from './broken/identity';
import { namesRows } from './broken/names';
import { networkRows } from './broken/network';
import { operationsRows } from './broken/operations';
import { supplyRows } from './broken/supply';
import type { Row } from './broken/rows';

/** Changes to conforming inputs that the real provider or API refuses, each with where and in what words it is told. */
export const BROKEN: readonly Row[] = [
  ...networkRows,
  ...clusterRows,
  ...dataRows,
  ...supplyRows,
  ...identityRows,
  ...operationsRows,
  ...namesRows,
  ...commonRows,
];

import { existsSync } from 'node:fs';
import path from 'node:path';
import { agentTypes, FactoryError } from '@agent-factory/contract';
import { RunError } from '@pulumi/pulumi/errors';
import { capacityReport } from '../capacity/report';
import { capacityTable } from '../capacity/table';
import { readStack } from '../config/load';
import { projectName } from '../config/projectFile';

// capacity [--json] [STACK...]: what each stack needs and costs, from its file alone: no engine, no cloud.
const args = process.argv.slice(2);
const json = args.includes('--json');
const named = args.filter((arg) => !arg.startsWith('-'));
const stacks =
  named.length > 0
    ? named
    : ['dev', 'staging', 'prod'].filter((stack) => existsSync(path.resolve(`Pulumi.${stack}.yaml`)));
try {
  const reports = stacks.map((stack) => capacityReport(readStack(projectName, stack, agentTypes)));
  process.stdout.write(json ? `${JSON.stringify(reports, undefined, 2)}\n` : reports.map(capacityTable).join('\n'));
} catch (error) {
  if (!(error instanceof FactoryError || error instanceof RunError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

import { agentTypes } from '@agent-factory/contract';
import { loadConfiguration } from './config/load';
import { projectName } from './config/projectFile';

const config = loadConfiguration(projectName, agentTypes);
export const types = config.plans.map(({ name }) => name);

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a factory keeps its things: all below `.factory` of the folder it was started in. */
export interface FactoryPaths {
  /** The folder the factory was started in. */
  home: string;
  root: string;
  lock: string;
  state: string;
  token: string;
  dispatcherConfig: string;
  artifacts: string;
  build: string;
  compiled: string;
  redis: string;
  logs: string;
  reports: string;
  agent: (id: string) => AgentPaths;
  log: (part: string) => string;
}

export interface AgentPaths {
  folder: string;
  token: string;
  mcp: string;
  workspaces: string;
}

export function factoryPaths(home: string): FactoryPaths {
  const root = join(resolve(home), '.factory');
  return {
    home: resolve(home),
    root,
    lock: join(root, 'lock'),
    state: join(root, 'state.json'),
    token: join(root, 'token'),
    dispatcherConfig: join(root, 'dispatcher.json'),
    artifacts: join(root, 'artifacts'),
    build: join(root, 'build'),
    compiled: join(root, 'build', 'compiled'),
    redis: join(root, 'redis'),
    logs: join(root, 'logs'),
    reports: join(root, 'reports'),
    agent: (id) => {
      const folder = join(root, 'agents', id);
      return {
        folder,
        token: join(folder, 'token'),
        mcp: join(folder, 'mcp.json'),
        workspaces: join(folder, 'workspaces'),
      };
    },
    log: (part) => join(root, 'logs', `${part}.log`),
  };
}

/** The nearest folder at or above `from` that has a `.factory`, or `from` itself when none has. */
export function findHome(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.factory', 'state.json'))) return folder;
    if (folder === dirname(folder)) return resolve(from);
  }
}

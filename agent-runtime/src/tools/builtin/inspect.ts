import type { Tool } from './context';

/** Examines a checkout. Loaded at the first call: most sessions never make one. */
export const inspectTool: Tool<'inspect'> = async (input, { workspace, signal }) => {
  const root = await workspace.folderPath(input.path);
  const { inspect } = await import('../inspect/index.js');
  return inspect(input.aspect, root, { signal });
};

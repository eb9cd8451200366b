import type { ToolName } from '@agent-factory/contract';
import { applyPatch } from './applyPatch';
import type { Tool } from './context';
import { git } from './git';
import { httpFetch } from './httpFetch';
import { inspectTool } from './inspect';
import { listFiles } from './listFiles';
import { readFile } from './readFile';
import { search } from './search';
import { shell } from './shell';
import { writeFile } from './writeFile';

/** Every tool of the catalogue. */
export const builtinTools: { [N in ToolName]: Tool<N> } = {
  shell,
  read_file: readFile,
  write_file: writeFile,
  list_files: listFiles,
  search,
  apply_patch: applyPatch,
  git,
  http_fetch: httpFetch,
  inspect: inspectTool,
};

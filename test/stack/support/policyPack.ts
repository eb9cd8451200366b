import path from 'node:path';
import { engineFolders, root } from './engines';

/** The policy pack as an engine takes it. */
export interface PolicyPack {
  /** For `--policy-pack`. */
  path: string;
  /** Folders that the engine's PATH needs for it. */
  plugins: string[];
}

/**
 * The repository's policy pack. The language host that is built here is older than the engine and cannot start packs, so the engine is
 * shown a pack in a language of its own, whose plugin starts infra/policies.
 */
export function policyPack(): PolicyPack {
  if (engineFolders().length === 0) return { path: path.join(root, 'infra/policies'), plugins: [] };
  const folder = path.join(__dirname, 'policyPack');
  return { path: folder, plugins: [folder] };
}

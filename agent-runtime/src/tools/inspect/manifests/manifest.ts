import type { FileEntry } from '../core/fileIndex';

export type Ecosystem = 'npm' | 'PyPI' | 'Go' | 'Rust' | 'Java' | 'Ruby' | 'PHP' | 'Debian' | 'C/C++';
export type Scope = 'runtime' | 'development' | 'optional' | 'peer' | 'build';

/** One direct dependency, as its manifest names it. */
export interface Dependency {
  name: string;
  /** The version wanted, as written; empty when none is. */
  spec: string;
  scope: Scope;
  /** Whether the manifest alone fixes one version. */
  pinned: boolean;
}

/** One manifest of a package manager. */
export interface Manifest {
  ecosystem: Ecosystem;
  file: FileEntry;
  name?: string | undefined;
  version?: string | undefined;
  /** Licence fields as written. */
  licences: string[];
  dependencies: Dependency[];
  /** Why it could not be parsed. */
  broken?: string | undefined;
  /** The parsed document of JSON and TOML manifests, for what only one aspect asks. */
  data: Record<string, unknown>;
}

/** What a parser finds in the text of one manifest. */
export type Parsed = Omit<Manifest, 'ecosystem' | 'file' | 'data'> & { data?: Record<string, unknown> };

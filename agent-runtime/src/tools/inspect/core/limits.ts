/** How far one inspection may go; what lies beyond is skipped and named in the notes of the section. */
export interface InspectLimits {
  /** Milliseconds for one aspect, default 30,000. Past it the section holds what was found so far. */
  timeMs: number;
  /** Bytes of a file that are examined as text, default 2 MiB; larger files are skipped. */
  maxFileBytes: number;
  /** Files that are indexed, default 200,000. */
  maxFiles: number;
  /** Commits that are read for churn, default 5,000. */
  maxChurnCommits: number;
  /** Commits that are read for history, default 200,000. */
  maxCommits: number;
  /** Milliseconds for one git command, default 15,000. */
  gitMs: number;
}

export const defaultLimits: InspectLimits = {
  timeMs: 30_000,
  maxFileBytes: 2 * 1024 * 1024,
  maxFiles: 200_000,
  maxChurnCommits: 5_000,
  maxCommits: 200_000,
  gitMs: 15_000,
};

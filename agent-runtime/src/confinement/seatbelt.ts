/** What a profile opens; absolute paths with links resolved, as the kernel sees them. */
export interface SeatbeltRequest {
  workspace: string;
  /** Folder of the session's sockets. */
  run: string;
  node: string;
  script: string;
  home: string;
}

/** A string of the profile language. */
function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/**
 * A sandbox-exec profile: no network but the session's own sockets, writes only in the workspace, temporary folders of
 * the session and devices that swallow them, no reading of any home but what the tools process itself is made of, and no
 * signal or look at processes outside the sandbox.
 */
export function seatbeltProfile(request: SeatbeltRequest): string {
  const { workspace, run, node, script, home } = request;
  return [
    '(version 1)',
    '(allow default)',
    '(deny network*)',
    `(allow network* (subpath ${quoted(run)}))`,
    '(deny file-write*)',
    `(allow file-write* (subpath ${quoted(workspace)}) (subpath ${quoted(run)}))`,
    '(allow file-write-data (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty"))',
    `(deny file-read* (subpath "/Users") (subpath "/private/var/root") (subpath "/private/tmp") (subpath "/private/var/folders") (subpath ${quoted(home)}))`,
    `(allow file-read* (subpath ${quoted(workspace)}) (subpath ${quoted(run)}) (literal ${quoted(node)}) (literal ${quoted(script)}))`,
    '(allow file-read-metadata)',
    '(deny process-info*)',
    '(allow process-info* (target same-sandbox))',
    '(deny signal)',
    '(allow signal (target same-sandbox))',
    '(deny mach-lookup (global-name "com.apple.securityd") (global-name "com.apple.SecurityServer"))',
    '',
  ].join('\n');
}

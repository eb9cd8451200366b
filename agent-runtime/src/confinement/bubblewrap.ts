import type { Bubblewrap } from './confinement';
import type { HostFacts } from './host';

/** Where things lie inside the sandbox: the same on every host, so that no path of the host shows. */
export const inside = {
  workspace: '/workspace',
  run: '/run/factory',
  node: '/opt/factory/bin/node',
  script: '/opt/factory/tools.cjs',
} as const;

/** What one sandbox needs; paths are the host's. */
export interface SandboxRequest {
  node: string;
  script: string;
  workspace: string;
  /** Shared folder of sockets, shown at /run/factory. */
  run: string;
  /** Folder with the small passwd, group, hosts and nsswitch.conf made for the sandbox. */
  etc: string;
  env: Readonly<Record<string, string>>;
  /** Bytes of memory of all programs together; files in /tmp and /dev/shm are part of it. */
  memoryBytes: number;
}

/** Most bytes of the folders that are memory, and the part of the session's memory that each may take. */
const tmp = { most: 2_147_483_648, part: 1 / 2 } as const;
const sharedMemory = { most: 268_435_456, part: 1 / 4 } as const;

function sizeWithin({ most, part }: { most: number; part: number }, memoryBytes: number): string[] {
  return ['--size', String(Math.max(1, Math.floor(Math.min(most, memoryBytes * part))))]; // a tmpfs of size 0 has no bound
}

/**
 * The arguments of bwrap up to the command. Nothing of the host is writable but the workspace and the folder of sockets;
 * no network, own processes only, an ordinary user without capabilities; all of it dies with the agent.
 */
export function bubblewrapArguments(bwrap: Bubblewrap, host: HostFacts, request: SandboxRequest): string[] {
  return [
    ['--unshare-all', '--unshare-user', '--die-with-parent', '--new-session', '--clearenv'],
    bwrap.disableUserns ? ['--disable-userns'] : [],
    ['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox'],
    host.mounts.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    host.links.flatMap(({ to, target }) => ['--symlink', target, to]),
    ['passwd', 'group', 'hosts', 'nsswitch.conf'].flatMap((name) => [
      '--ro-bind',
      `${request.etc}/${name}`,
      `/etc/${name}`,
    ]),
    ['--ro-bind', request.node, inside.node, '--ro-bind', request.script, inside.script],
    ['--proc', '/proc', '--dev', '/dev'],
    // The folder of devices is itself memory, as much as half of the machine's, and so is what bwrap puts at /dev/shm.
    bwrap.tmpfsSize ? ['--perms', '1777', ...sizeWithin(sharedMemory, request.memoryBytes)] : [],
    ['--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    host.kernel.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    bwrap.tmpfsSize ? sizeWithin(tmp, request.memoryBytes) : [],
    ['--tmpfs', '/tmp', '--dir', '/var', '--symlink', '/tmp', '/var/tmp'],
    ['--bind', request.run, inside.run, '--bind', request.workspace, inside.workspace],
    ['--remount-ro', '/', '--chdir', inside.workspace],
    Object.entries(request.env).flatMap(([name, value]) => ['--setenv', name, value]),
  ].flat();
}

import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { toolchainFolders } from './toolchains';

/** A path of the host that the sandbox shows, read-only, at `to`. */
interface Mount {
  from: string;
  to: string;
}

/** What the host has that programs need: found once, the same for every session. */
export interface HostFacts {
  mounts: readonly Mount[];
  /** Links at the root, such as /bin → usr/bin. */
  links: readonly { to: string; target: string }[];
  /** What of /proc is bound over, read-only. */
  kernel: readonly Mount[];
  /** Folders of programs inside, in the order of PATH. */
  path: readonly string[];
}

const rootFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Never a whole folder of /etc: /etc/ssl/private and its like hold keys. */
const etcEntries = [
  'alternatives',
  'ca-certificates',
  'crypto-policies',
  'fonts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'pki/tls/certs',
  'pki/ca-trust/extracted',
  'protocols',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
].map((entry) => join('/etc', entry));

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Parts of /proc that are the whole machine's. Started by root, the sandbox's user is still root's number to the kernel,
 * which lets it write these without any capability: /proc/sys/kernel/core_pattern alone would be a way out.
 */
const kernelFolders = ['acpi', 'asound', 'bus', 'driver', 'fs', 'irq', 'pressure', 'scsi', 'sys', 'tty'];
const kernelFiles = [
  'config.gz',
  'interrupts',
  'kallsyms',
  'kcore',
  'key-users',
  'keys',
  'kmsg',
  'kpagecgroup',
  'kpagecount',
  'kpageflags',
  'latency_stats',
  'mtrr',
  'pagetypeinfo',
  'sched_debug',
  'slabinfo',
  'sysrq-trigger',
  'timer_list',
  'timer_stats',
  'vmallocinfo',
];

async function kernelMounts(): Promise<Mount[]> {
  const exists = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) !== undefined;
  const mounts: Mount[] = [];
  for (const name of kernelFolders)
    if (await exists(`/proc/${name}`)) mounts.push({ from: `/proc/${name}`, to: `/proc/${name}` });
  for (const name of kernelFiles)
    if (await exists(`/proc/${name}`)) mounts.push({ from: '/dev/null', to: `/proc/${name}` });
  return mounts;
}

/** Looks at the host. `path` is the PATH of this process: toolchains outside /usr are shown when no secret can lie beside them. */
export async function readHostFacts(path: string, home: string): Promise<HostFacts> {
  const toolchains = await toolchainFolders(path, home);
  const mounts: Mount[] = [];
  const links: { to: string; target: string }[] = [];
  for (const folder of rootFolders) {
    const found = await lstat(folder).catch(() => undefined);
    if (found === undefined) continue;
    if (found.isSymbolicLink()) links.push({ to: folder, target: await realpath(folder) });
    else mounts.push({ from: folder, to: folder });
  }
  for (const entry of etcEntries) {
    const target = await realpath(entry).catch(() => undefined);
    if (target !== undefined) mounts.push({ from: target, to: entry });
  }
  for (const { folder } of toolchains) mounts.push({ from: folder, to: folder });
  const kernel = await kernelMounts();
  return {
    mounts,
    links,
    kernel,
    path: [...new Set([...toolchains.map(({ bin }) => bin), '/usr/local/go/bin', ...systemPath])],
  };
}

let known: Promise<HostFacts> | undefined;

/** `readHostFacts` of this process, read once. */
export function hostFacts(): Promise<HostFacts> {
  known ??= readHostFacts(process.env.PATH ?? '', process.env.HOME ?? '/root');
  return known;
}

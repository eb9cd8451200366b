import { readFile } from 'node:fs/promises';
import type { Confinement } from './confinement';
import { seccompFilter } from './seccomp';
import { detect, findProgram, type Detection } from './detect';

/** What `up` prints about the confinement of tools. */
export interface ConfinementReport {
  kind: Confinement['kind'];
  /** One sentence: what holds, or what does not. */
  detail: string;
  /** The command that would bring a better one on this system; null when there is none to bring. */
  missing: string | null;
}

const installers: readonly (readonly [program: string, command: string])[] = [
  ['apt-get', 'apt-get install -y bubblewrap'],
  ['dnf', 'dnf install -y bubblewrap'],
  ['apk', 'apk add bubblewrap'],
  ['pacman', 'pacman -S --noconfirm bubblewrap'],
  ['zypper', 'zypper install -y bubblewrap'],
];

/** What keeps an installed bubblewrap from working, as far as the kernel says, with the command that changes it. */
async function kernelRemedy(): Promise<string | null> {
  const switches: readonly (readonly [string, string, string])[] = [
    ['kernel/apparmor_restrict_unprivileged_userns', '1', 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'],
    ['kernel/unprivileged_userns_clone', '0', 'sysctl -w kernel.unprivileged_userns_clone=1'],
    ['user/max_user_namespaces', '0', 'sysctl -w user.max_user_namespaces=15000'],
  ];
  for (const [name, bad, command] of switches) {
    const value = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => '');
    if (value.trim() === bad) return command;
  }
  return null;
}

/** The exact command that would bring bubblewrap to this system, or null when none is known. */
export async function howToGetBubblewrap(path: string = process.env.PATH ?? ''): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const prefix = process.getuid?.() === 0 ? '' : 'sudo ';
  const withPrefix = (command: string | null): string | null => (command === null ? null : prefix + command);
  if ((await findProgram('bwrap', path)) !== undefined) return withPrefix(await kernelRemedy());
  for (const [program, command] of installers)
    if ((await findProgram(program, path)) !== undefined) return withPrefix(command);
  return null;
}

const holds: Record<Exclude<Confinement['kind'], 'none'>, string> = {
  bubblewrap:
    'Tools run in bubblewrap: own namespaces, no network but the allow-list, nothing of the disk to write but the workspace.',
  seatbelt:
    'Tools run under macOS seatbelt: no network but the allow-list, no reading of home folders, no writing but in the workspace.',
  socket: 'Tools run in a container of their own.',
};

/** What the sentence on bubblewrap has to add where there is no filter of system calls. */
const unfiltered =
  ' System calls are not filtered on this architecture: tools reach the keys that the kernel keeps for you.';

/** Describes what confines the tools. Without a confinement it looks for itself; `architecture` is a `process.arch`. */
export async function describeConfinement(
  found?: Confinement,
  architecture: string = process.arch,
): Promise<ConfinementReport> {
  const { confinement, reasons }: Detection =
    found === undefined ? await detect() : { confinement: found, reasons: [] };
  if (confinement.kind !== 'none') {
    const open = confinement.kind === 'bubblewrap' && seccompFilter(architecture) === undefined;
    return { kind: confinement.kind, detail: holds[confinement.kind] + (open ? unfiltered : ''), missing: null };
  }
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return {
    kind: 'none',
    detail: `Tools run unconfined, as you, with an empty environment${why}: give this factory only work that you trust.`,
    missing: await howToGetBubblewrap(),
  };
}

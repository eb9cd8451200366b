import { access, readFile } from 'node:fs/promises';
import { appArmorRemedy } from './appArmor';
import type { Bubblewrap, Confinement } from './confinement';
import { detect, findProgram, type Detection } from './detect';

/** What `up` prints about the confinement of tools. */
export interface ConfinementReport {
  kind: Confinement['kind'];
  /** What holds, or what does not. */
  detail: string;
  /** A sentence on what the confinement has elsewhere and lacks here; null when it lacks nothing, or there is none. */
  weaker: string | null;
  /** The command that would bring a better one on this system; null when there is none to bring. */
  missing: string | null;
}

/** What is asked of the system; tests answer in its place. */
interface System {
  /** Text of a file, empty when there is none. */
  read: (path: string) => Promise<string>;
  exists: (path: string) => Promise<boolean>;
}

const thisSystem: System = {
  read: (path) => readFile(path, 'utf8').catch(() => ''),
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

const installers: readonly (readonly [program: string, command: string])[] = [
  ['apt-get', 'apt-get install -y bubblewrap'],
  ['dnf', 'dnf install -y bubblewrap'],
  ['apk', 'apk add bubblewrap'],
  ['pacman', 'pacman -S --noconfirm bubblewrap'],
  ['zypper', 'zypper install -y bubblewrap'],
];

/** What keeps an installed bubblewrap from working, as far as the kernel says, with the command that changes it. */
async function kernelRemedy(program: string, { read, exists }: System): Promise<string | null> {
  const isSet = async (name: string, bad: string): Promise<boolean> => (await read(`/proc/sys/${name}`)).trim() === bad;
  if (await isSet('kernel/apparmor_restrict_unprivileged_userns', '1')) return appArmorRemedy(program, exists);
  if (await isSet('kernel/unprivileged_userns_clone', '0')) return 'sysctl -w kernel.unprivileged_userns_clone=1';
  if (await isSet('user/max_user_namespaces', '0')) return 'sysctl -w user.max_user_namespaces=15000';
  return null;
}

/** The exact command that would bring bubblewrap to this system, or null when none is known. */
export async function howToGetBubblewrap(
  path: string = process.env.PATH ?? '',
  system: System = thisSystem,
): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const prefix = process.getuid?.() === 0 ? '' : 'sudo ';
  const withPrefix = (command: string | null): string | null => (command === null ? null : prefix + command);
  const program = await findProgram('bwrap', path);
  if (program !== undefined) return withPrefix(await kernelRemedy(program, system));
  for (const [installer, command] of installers)
    if ((await findProgram(installer, path)) !== undefined) return withPrefix(command);
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
function unfilteredNote(why: string): string {
  return `System calls are not filtered (${why}): bubblewrap is used without that, so tools reach what no namespace holds, such as the keys that the kernel keeps for you, and more of the kernel.`;
}

/** What the sentence on bubblewrap has to add where it is older than 0.7. */
const unboundedNote =
  'This bubblewrap cannot bound /tmp and /dev/shm, whose files are memory (0.7 can): only a look every 200 ms stops programs that fill them.';

function lacksOf({ unfiltered, tmpfsSize }: Bubblewrap): string[] {
  return [...(unfiltered === undefined ? [] : [unfilteredNote(unfiltered)]), ...(tmpfsSize ? [] : [unboundedNote])];
}

/** Describes what confines the tools. Without a confinement it looks for itself. */
export async function describeConfinement(found?: Confinement): Promise<ConfinementReport> {
  const { confinement, reasons }: Detection =
    found === undefined ? await detect() : { confinement: found, reasons: [] };
  if (confinement.kind !== 'none') {
    const lacks = confinement.kind === 'bubblewrap' ? lacksOf(confinement) : [];
    const weaker = lacks.length === 0 ? null : lacks.join(' ');
    return { kind: confinement.kind, detail: holds[confinement.kind], weaker, missing: null };
  }
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return {
    kind: 'none',
    detail: `Tools run unconfined, as you, with an empty environment${why}: give this factory only work that you trust.`,
    weaker: null,
    missing: await howToGetBubblewrap(),
  };
}

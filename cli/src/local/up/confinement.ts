import { messageOf } from '../../thrown';

/** What the preparation of confinement asks the machine; tests answer in its place. */
export interface ConfinementProbes {
  /** Asks the agents' own code what would confine tools here, what that holds and lacks, and the command that would bring a better one. */
  describe(): Promise<{ kind: string; detail: string; weaker: string | null; missing: string | null }>;
  platform: NodeJS.Platform;
  which: (program: string) => string | undefined;
  asRoot(): Promise<readonly string[] | undefined>;
  aptInstall(asRoot: readonly string[], packageName: string): Promise<void>;
  say: (line: string) => void;
  warn: (line: string) => void;
}

/**
 * Name of what will confine tools. When there is nothing, installs bubblewrap with apt-get where it may; when there is still nothing, says
 * so plainly and how to get it, and what is there but holds less than elsewhere is named too.
 */
export async function prepareConfinement(probes: ConfinementProbes): Promise<string> {
  let found = await probes.describe();
  if (found.kind === 'none' && (await installBubblewrap(probes))) found = await probes.describe();
  if (found.kind === 'none') {
    probes.warn(
      `Tools are NOT confined. ${found.detail}${found.missing === null ? '' : `\nTo confine them: ${found.missing}`}`,
    );
  }
  if (found.weaker !== null) probes.warn(found.weaker);
  return found.kind;
}

async function installBubblewrap(probes: ConfinementProbes): Promise<boolean> {
  if (probes.platform !== 'linux' || probes.which('bwrap') !== undefined || probes.which('apt-get') === undefined)
    return false;
  const asRoot = await probes.asRoot();
  if (asRoot === undefined) return false;
  probes.say('Nothing confines tools here yet: installing the package bubblewrap with apt-get.');
  try {
    await probes.aptInstall(asRoot, 'bubblewrap');
    return true;
  } catch (error) {
    probes.say(`apt-get could not install it: ${messageOf(error)}`);
    return false;
  }
}

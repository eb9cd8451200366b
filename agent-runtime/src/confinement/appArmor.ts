import { realpath } from 'node:fs/promises';

const profiles = '/etc/apparmor.d';
/** The profile of the distribution: what bwrap starts gets no capability. In the package apparmor-profiles of Ubuntu 24.04, loaded by itself later. */
const ofDistribution = 'bwrap-userns-restrict';
const extra = `/usr/share/apparmor/extra-profiles/${ofDistribution}`;

/** A profile that allows everything and gives bwrap a name that may make user namespaces; all other programs stay restricted. */
function appArmorProfile(program: string): string[] {
  return [
    'abi <abi/4.0>,',
    'include <tunables/global>',
    `profile bwrap ${program} flags=(unconfined) {`,
    '  userns,',
    '}',
  ];
}

/**
 * The command, for root, with which AppArmor lets bwrap alone make user namespaces, now and after a restart: loads a profile that is there
 * already, or the distribution's, or writes one. Null for a path of bwrap that neither a profile nor a shell takes as it is.
 */
export async function appArmorRemedy(
  program: string,
  exists: (path: string) => Promise<boolean>,
): Promise<string | null> {
  const real = await realpath(program).catch(() => program);
  if (real === '/usr/bin/bwrap') {
    const there = `${profiles}/${ofDistribution}`;
    if (await exists(there)) return `apparmor_parser -r ${there}`;
    if (await exists(extra)) return `sh -c 'cp ${extra} ${profiles}/ && apparmor_parser -r ${there}'`;
  }
  const own = `${profiles}/bwrap`;
  if (await exists(own)) return `apparmor_parser -r ${own}`;
  if (!/^[\w./+-]+$/.test(real)) return null;
  const lines = appArmorProfile(real).map((line) => `"${line}"`);
  return `sh -c 'printf "%s\\n" ${lines.join(' ')} >${own} && apparmor_parser -r ${own}'`;
}

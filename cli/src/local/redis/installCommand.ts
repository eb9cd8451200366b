/** Package of Redis, or of Valkey where a system has no Redis, under each package manager. */
const packages = {
  'apt-get': 'sudo apt-get install redis-server',
  dnf: 'sudo dnf install valkey',
  yum: 'sudo yum install redis',
  pacman: 'sudo pacman -S valkey',
  apk: 'sudo apk add valkey',
  zypper: 'sudo zypper install redis',
  'nix-env': 'nix-env -iA nixpkgs.redis',
  brew: 'brew install redis',
} as const;

type Manager = keyof typeof packages;

const linuxManagers: readonly Manager[] = ['apt-get', 'dnf', 'yum', 'pacman', 'apk', 'zypper', 'nix-env', 'brew'];

/** The command with which a person installs Redis on this very system; undefined when its package manager is not known. */
export function redisInstallCommand(
  platform: NodeJS.Platform,
  which: (program: string) => string | undefined,
): string | undefined {
  if (platform === 'darwin') return packages.brew;
  const manager = platform === 'linux' ? linuxManagers.find((name) => which(name) !== undefined) : undefined;
  return manager === undefined ? undefined : packages[manager];
}

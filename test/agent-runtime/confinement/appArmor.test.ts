import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appArmorRemedy } from '../../../agent-runtime/src/confinement/appArmor';
import { howToGetBubblewrap } from '../../../agent-runtime/src/confinement/describe';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'apparmor-')))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const nowhere = async (): Promise<boolean> => false;
/** A system on which a file says that and nothing else is there. */
const where = (file: string, text: string): { read(path: string): Promise<string>; exists(): Promise<boolean> } => ({
  read: async (path) => (path === `/proc/sys/${file}` ? text : ''),
  exists: nowhere,
});

test('where AppArmor keeps user namespaces from programs, the advice is a profile for bwrap, not a switch for all', async () => {
  const bwrap = program('bwrap', '');
  const advice = await howToGetBubblewrap(folder, where('kernel/apparmor_restrict_unprivileged_userns', '1\n'));
  expect(advice).toMatch(/^(sudo )?sh -c 'printf .* && apparmor_parser -r \/etc\/apparmor\.d\/bwrap'$/);
  expect(advice).not.toContain('sysctl');
  expect(advice).toContain(`profile bwrap ${bwrap} flags=(unconfined) {`);
});

test('the command writes the profile and loads that file', async () => {
  const bwrap = program('bwrap', '');
  const command = (await appArmorRemedy(bwrap, nowhere))?.replaceAll('/etc/apparmor.d', folder) ?? '';
  program('apparmor_parser', `echo "$@" >${folder}/loaded`);
  execFileSync('/bin/sh', ['-c', command], { env: { PATH: `${folder}:/usr/bin:/bin` } });
  expect(readFileSync(join(folder, 'loaded'), 'utf8')).toBe(`-r ${folder}/bwrap\n`);
  expect(readFileSync(join(folder, 'bwrap'), 'utf8')).toBe(
    [
      'abi <abi/4.0>,',
      'include <tunables/global>',
      `profile bwrap ${bwrap} flags=(unconfined) {`,
      '  userns,',
      '}',
      '',
    ].join('\n'),
  );
});

test.each([
  ['/etc/apparmor.d/bwrap-userns-restrict', 'apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict'],
  [
    '/usr/share/apparmor/extra-profiles/bwrap-userns-restrict',
    "sh -c 'cp /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict'",
  ],
  ['/etc/apparmor.d/bwrap', 'apparmor_parser -r /etc/apparmor.d/bwrap'],
])('a profile that is there is loaded: %s', async (there, command) => {
  expect(await appArmorRemedy('/usr/bin/bwrap', async (path) => path === there)).toBe(command);
});

test('for a path that a shell does not take as it is there is no command', async () => {
  mkdirSync(join(folder, "it's"));
  expect(await appArmorRemedy(join(folder, "it's", 'bwrap'), nowhere)).toBeNull();
});

test.each([
  ['kernel/unprivileged_userns_clone', '0\n', 'sysctl -w kernel.unprivileged_userns_clone=1'],
  ['user/max_user_namespaces', '0\n', 'sysctl -w user.max_user_namespaces=15000'],
])('other switches of the kernel are named: %s', async (file, text, command) => {
  program('bwrap', '');
  expect(await howToGetBubblewrap(folder, where(file, text))).toMatch(new RegExp(`^(sudo )?${command}$`));
  expect(await howToGetBubblewrap(folder, where(file, '5\n'))).toBeNull();
});

import { Buffer } from 'node:buffer';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { listed } from '../core/text';
import { parseIni } from '../manifests/ini';
import { isPractice } from './scanSecrets';

const scriptExtensions = new Set(
  'sh bash zsh ksh fish bats py pl rb php js mjs cjs ts tcl exp lua awk r jl bat cmd ps1 psm1 exe dll so dylib jar run bin appimage cgi fcgi t csh el scm hs kts groovy swift nix sed com vbs ml rs go applescript command raku'.split(
    ' ',
  ),
);
const keyStores = new Set(['p12', 'pfx', 'jks', 'keystore', 'ppk', 'kdbx', 'bks']);

/** Files that should not be tracked, odd modes and submodules fetched without encryption. */
export function scanTree(context: Context): void {
  reportModes(context);
  for (const file of context.files) if (file.kind === 'file' && !file.vendored) reportName(context, file);
  reportSubmodules(context);
}

function reportModes(context: Context): void {
  const odd = context.files.filter(
    (file) =>
      file.executable &&
      !file.missing &&
      !file.vendored &&
      file.size > 0 &&
      file.ext !== '' &&
      !scriptExtensions.has(file.ext) &&
      !startsAsProgram(context, file),
  );
  if (odd.length > 0)
    context.section.finding({
      rule: 'mode-executable-odd',
      severity: 'info',
      title: `${odd.length === 1 ? 'A file is' : `${odd.length} files are`} executable without being a program`,
      path: odd[0]?.path,
      detail: listed(
        odd.map((file) => file.path),
        8,
      ),
      advice: 'Take the bit away: `git update-index --chmod=-x PATH`.',
    });
}

function startsAsProgram(context: Context, file: FileEntry): boolean {
  const head = context.reader.head(file, 4);
  if (!head) return true;
  return (
    head.subarray(0, 2).toString('latin1') === '#!' ||
    head.equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46])) ||
    head.subarray(0, 2).toString('latin1') === 'MZ'
  );
}

function reportName(context: Context, file: FileEntry): void {
  const lower = file.name.toLowerCase();
  const practice = isPractice(file);
  if (
    /^\.env(?:\.(?!example|sample|template|dist|tmpl|defaults?|schema|test|ci)[\w-]+)*$/.test(lower) &&
    !/example|sample|template/.test(lower)
  ) {
    const named = (context.reader.text(file) ?? '')
      .split('\n')
      .filter((line) =>
        /^[ \t]*(?:export[ \t]+)?\w*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)\w*[ \t]*=[ \t]*["']?[^\s"'$<{]{6,}/i.test(
          line.slice(0, 500),
        ),
      ).length;
    context.section.finding({
      rule: 'env-file-committed',
      severity: practice ? 'info' : named > 0 ? 'high' : 'low',
      title:
        named > 0
          ? `${file.name} is tracked and gives values to ${named} secret-like names`
          : `${file.name} is tracked`,
      path: file.path,
      detail:
        named > 0
          ? 'Whoever can read the repository can read them; the values are not shown here.'
          : 'It sets no secret-like name now; people put secrets into such files later.',
      advice: 'Track an example file with empty values, ignore the real one, and change what was in it.',
    });
  }
  if (
    keyStores.has(file.ext) ||
    /^(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.git-credentials|\.netrc|\.pgpass|\.htpasswd|terraform\.tfstate(?:\.backup)?)$/.test(
      lower,
    )
  )
    context.section.finding({
      rule: 'secret-file-committed',
      severity: practice ? 'info' : 'medium',
      title: `${file.name}: a kind of file that holds secrets`,
      path: file.path,
      detail: 'Judged by its name; it was not opened for this.',
      advice: 'If it holds a real key or password, change that, and keep the file out of the repository.',
    });
}

function reportSubmodules(context: Context): void {
  const file = context.byPath.get('.gitmodules');
  const text = file ? context.reader.text(file) : undefined;
  if (text === undefined) return;
  for (const [name, values] of parseIni(text.replace(/^[ \t]+/gm, ''))) {
    const url = values.get('url') ?? '';
    const insecure = /^(?:http|git):\/\//i.test(url);
    if (insecure || url.startsWith('-'))
      context.section.finding({
        rule: insecure ? 'submodule-insecure' : 'submodule-option-url',
        severity: insecure ? 'medium' : 'high',
        title: insecure
          ? 'A submodule is fetched without encryption'
          : 'The address of a submodule is an option for git',
        path: '.gitmodules',
        detail: `${name}: ${url}`,
        advice: 'Use https or ssh.',
      });
  }
}

const aliases: [RegExp, string][] = [
  [/^(?:the )?mit(?: licen[cs]e)?(?: \(mit\))?$|^expat$|^mit\/x11$/, 'MIT'],
  [
    /^(?:the )?apache(?: software)?(?: licen[cs]e)?,?[ -]?(?:v|version )?2(?:\.0)?$|^al2$|^asl-?2(?:\.0)?$|^apache software licen[cs]e$/,
    'Apache-2.0',
  ],
  [
    /^(?:new |modified |revised )?(?:the )?bsd[ -]3[ -]clause(?: licen[cs]e)?$|^3-clause bsd(?: licen[cs]e)?$|^(?:new|modified|revised) bsd(?: licen[cs]e)?$/,
    'BSD-3-Clause',
  ],
  [
    /^(?:the )?(?:simplified )?bsd[ -]2[ -]clause(?: licen[cs]e)?$|^2-clause bsd(?: licen[cs]e)?$|^simplified bsd(?: licen[cs]e)?$/,
    'BSD-2-Clause',
  ],
  [/^(?:the )?bsd(?: licen[cs]e)?$/, 'BSD'],
  [/^isc(?: licen[cs]e)?(?: \(iscl\))?$/, 'ISC'],
  [/^mozilla public licen[cs]e,? (?:v|version )?2\.0(?: \(mpl 2\.0\))?$|^mpl[ -]?v?2(?:\.0)?$/, 'MPL-2.0'],
  [/^(?:the )?unlicen[cs]e(?: \(unlicense\))?$/, 'Unlicense'],
  [/^python software foundation licen[cs]e$|^psf(?:-2\.0| licen[cs]e)?$|^psfl$/, 'PSF-2.0'],
  [/^zlib(?:\/libpng)?(?: licen[cs]e)?$/, 'Zlib'],
  [/^eclipse public licen[cs]e[ -]*(?:v|version )?\.? ?2(?:\.0)?$/, 'EPL-2.0'],
  [/^eclipse public licen[cs]e[ -]*(?:v|version )?\.? ?1(?:\.0)?$/, 'EPL-1.0'],
  [/^boost software licen[cs]e 1\.0(?: \(bsl-1\.0\))?$/, 'BSL-1.0'],
];
const gnu =
  /^(?:gnu )?(a|l)?(?:gpl|(?:affero |lesser |library )?general public licen[cs]e)[ -]*(?:v|version )?(\d(?:\.\d)?)?(?:[ -]?(?:only|or[ -]later|or later|\+))?(?: \([al]?gplv?\d(?:\.\d)?\+?\))?$/;

/** One licence name as its SPDX id (GNU ones without -only and -or-later), `BSD` when the clauses are not said, undefined when unknown. */
export function licenceId(name: string): string | undefined {
  const lower = name.trim().slice(0, 200).toLowerCase().replace(/\s+/g, ' ');
  const alias = aliases.find(([pattern]) => pattern.test(lower));
  if (alias) return alias[1];
  const match = gnu.exec(lower);
  if (match) {
    const letter = lower.includes('affero')
      ? 'a'
      : lower.includes('lesser') || lower.includes('library')
        ? 'l'
        : (match[1] ?? '');
    const version = match[2];
    if (version === undefined) return `${letter.toUpperCase()}GPL`;
    return `${letter.toUpperCase()}GPL-${version.includes('.') ? version : `${version}.0`}`;
  }
  return spdxIds.get(lower);
}

const spdxIds = new Map(
  (
    'MIT MIT-0 0BSD Apache-1.1 Apache-2.0 BSD-2-Clause BSD-3-Clause BSD-4-Clause BSL-1.0 ISC MPL-1.1 MPL-2.0 Unlicense CC0-1.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-4.0 Zlib ' +
    'PSF-2.0 Python-2.0 Artistic-1.0 Artistic-2.0 EPL-1.0 EPL-2.0 EUPL-1.2 WTFPL OFL-1.1 BUSL-1.1 SSPL-1.0 BlueOak-1.0.0 Elastic-2.0 X11 NCSA PostgreSQL Unicode-3.0 Unicode-DFS-2016 CDDL-1.0 CDDL-1.1 curl HPND'
  )
    .split(' ')
    .map((id) => [id.toLowerCase(), id]),
);

/** The licences a field or an SPDX expression names; parts that are not known stay as they are written. */
export function licenceIds(expression: string): string[] {
  const whole = licenceId(expression);
  if (whole !== undefined) return [whole];
  return expression
    .slice(0, 500)
    .split(/\s+(?:or|and)\s+|\/|[()]|,|;/i)
    .map((part) => (part.split(/\s+with\s+/i)[0] ?? '').trim())
    .filter((part) => part !== '')
    .map((part) => licenceId(part) ?? part);
}

/** Whether two ids can mean the same licence: a family name without a version matches each of its members. */
export function sameLicence(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return ['BSD', 'GPL', 'LGPL', 'AGPL'].includes(short) && long.startsWith(`${short}-`);
}

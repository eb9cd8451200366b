/** Phrases that a licence text holds, in lower case with single spaces; all of `has` and none of `not`. */
interface LicenceText {
  id: string;
  has: string[];
  not?: string[];
}

const mitGrant = 'permission is hereby granted, free of charge, to any person obtaining';
const mitCondition = 'permission notice shall be included in all copies';
const iscGrant = 'permission to use, copy, modify, and';
const bsdSource = 'redistributions of source code must retain the';
const bsdBinary = 'redistributions in binary form must reproduce';

const licenceTexts: LicenceText[] = [
  { id: 'MIT', has: [mitGrant, mitCondition] },
  {
    id: 'MIT-0',
    has: [mitGrant, 'the software is provided "as is"'],
    not: ['notice shall be included', 'shall be included'],
  },
  { id: 'Apache-2.0', has: ['apache license', 'version 2.0, january 2004'] },
  { id: 'Apache-2.0', has: ['licensed under the apache license, version 2.0'] },
  { id: 'BSD-4-Clause', has: [bsdSource, 'all advertising materials mentioning'] },
  {
    id: 'BSD-3-Clause',
    has: [bsdSource, bsdBinary, 'to endorse or promote products'],
    not: ['all advertising materials mentioning'],
  },
  { id: 'BSD-2-Clause', has: [bsdSource, bsdBinary], not: ['to endorse or promote products'] },
  {
    id: 'ISC',
    has: [iscGrant, 'for any purpose with or without fee is hereby granted, provided that the above copyright notice'],
  },
  { id: '0BSD', has: [iscGrant, 'for any purpose with or without fee is hereby granted. the software'] },
  { id: 'MPL-2.0', has: ['mozilla public license version 2.0', '1.1. "contributor"'] },
  { id: 'MPL-2.0', has: ['mozilla public license, version 2.0', '1.1. "contributor"'] },
  { id: 'GPL-3.0', has: ['gnu general public license version 3, 29 june 2007'] },
  { id: 'GPL-2.0', has: ['gnu general public license version 2, june 1991'] },
  { id: 'LGPL-3.0', has: ['gnu lesser general public license version 3, 29 june 2007'] },
  { id: 'LGPL-2.1', has: ['gnu lesser general public license version 2.1, february 1999'] },
  { id: 'LGPL-2.0', has: ['gnu library general public license version 2, june 1991'] },
  { id: 'AGPL-3.0', has: ['gnu affero general public license version 3, 19 november 2007'] },
  { id: 'Unlicense', has: ['this is free and unencumbered software released into the public domain'] },
  { id: 'CC0-1.0', has: ['cc0 1.0 universal'] },
  { id: 'CC0-1.0', has: ['creative commons legal code', 'statement of purpose', 'affirmer'] },
  { id: 'CC-BY-4.0', has: ['creative commons attribution 4.0 international public license'] },
  { id: 'CC-BY-SA-4.0', has: ['creative commons attribution-sharealike 4.0 international public license'] },
  { id: 'CC-BY-3.0', has: ['creative commons attribution 3.0 unported'] },
  {
    id: 'Zlib',
    has: ["this software is provided 'as-is', without any express or implied warranty", 'altered source versions'],
  },
  { id: 'PSF-2.0', has: ['python software foundation license version 2'] },
  { id: 'Artistic-2.0', has: ['the artistic license 2.0'] },
  { id: 'Artistic-1.0', has: ['the "artistic license"', 'reasonable copying fee'], not: ['the artistic license 2.0'] },
  { id: 'EPL-2.0', has: ['eclipse public license - v 2.0'] },
  { id: 'EPL-1.0', has: ['eclipse public license - v 1.0'] },
  { id: 'BSL-1.0', has: ['boost software license - version 1.0'] },
  { id: 'WTFPL', has: ['do what the fuck you want to public license'] },
  { id: 'EUPL-1.2', has: ['european union public licence', 'v. 1.2'] },
  { id: 'OFL-1.1', has: ['sil open font license version 1.1'] },
  { id: 'BUSL-1.1', has: ['business source license 1.1'] },
  { id: 'SSPL-1.0', has: ['server side public license', 'version 1, october 16, 2018'] },
  { id: 'BlueOak-1.0.0', has: ['blue oak model license'] },
  { id: 'Elastic-2.0', has: ['elastic license 2.0'] },
];

/** Lower case, single spaces, without comment marks and with straight quotes, so that layout does not matter. */
function normalise(text: string): string {
  return text
    .slice(0, 400_000)
    .toLowerCase()
    .replace(/[“”]|``|''/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/^[ \t]{0,40}(?:\/\*+|\*+\/?|#+|\/\/+|;+|--+|dnl\b|>)/gm, ' ')
    .replace(/\s{1,1000}/g, ' ')
    .replace(/ {2,1000}/g, ' ');
}

/** SPDX ids of the licences whose text (or standard notice) is in a file; several when it holds several. */
export function licencesIn(text: string): string[] {
  const body = normalise(text);
  const found = new Set<string>();
  for (const { id, has, not } of licenceTexts)
    if (has.every((phrase) => body.includes(phrase)) && !(not ?? []).some((phrase) => body.includes(phrase)))
      found.add(id);
  return [...found];
}

import { eachText, ownFiles, type Context } from '../core/context';
import { Counter } from '../core/counter';
import { count, listed } from '../core/text';
import { findLicenceFiles, spdxHeader, type LicenceFile } from '../licences/find';
import { licenceIds, sameLicence } from '../licences/names';
import { projectManifests, readManifests, type Manifest } from '../manifests';
import { lockFor } from '../manifests/lockFiles';
import { reportLocks } from '../manifests/locks';
import { workspaceGlobs } from '../manifests/npm';
import { reportSpecs } from '../manifests/specs';
import { at, texts } from '../manifests/values';

/** Manifests with their direct dependencies and lock files; licences by text, header and manifest, and where they disagree. */
export async function dependenciesLicences(context: Context): Promise<void> {
  const { section } = context;
  const all = await readManifests(context);
  const manifests = projectManifests(all);
  for (const manifest of manifests.filter((one) => one.broken !== undefined))
    section.finding({
      rule: 'manifest-broken',
      severity: 'high',
      title: `${manifest.file.name} cannot be parsed`,
      path: manifest.file.path,
      detail: manifest.broken ?? '',
      advice: 'Mend the syntax: the package manager cannot read it either.',
    });
  tabulate(context, manifests);
  reportSpecs(context, manifests);
  reportLocks(context, manifests);
  const licences = findLicenceFiles(context);
  const headers = await readHeaders(context);
  tabulateLicences(context, licences, headers, manifests);
  judge(context, licences, headers, manifests);
  if (all.length > manifests.length)
    section.note(
      `${count(all.length - manifests.length, 'manifest')} in test, example and documentation folders left out.`,
    );
  const direct = manifests.reduce((sum, manifest) => sum + manifest.dependencies.length, 0);
  const ecosystems = [...new Set(manifests.map((manifest) => manifest.ecosystem))];
  const rootIds = projectLicences(licences, manifests);
  section.summary(
    `${manifests.length === 0 ? 'No dependency manifest' : `${count(manifests.length, 'manifest')} (${listed(ecosystems)}) with ${count(direct, 'direct dependency', 'direct dependencies')}`}; ` +
      `${rootIds.length === 0 ? 'no licence was recognised' : `licence ${listed(rootIds)}`}.`,
  );
}

function tabulate(context: Context, manifests: readonly Manifest[]): void {
  const { section } = context;
  const rows = manifests.map((manifest) => ({
    path: manifest.file.path,
    ecosystem: manifest.ecosystem,
    name: manifest.name ?? null,
    direct: manifest.dependencies.length,
    pinned: manifest.dependencies.filter((dependency) => dependency.pinned).length,
    lock: lockFor(context, manifest, manifests)?.path ?? null,
    licence: manifest.licences.join(', ') || null,
  }));
  section.table(
    'Manifests',
    [
      ['path', 'Manifest'],
      ['ecosystem', 'Ecosystem'],
      ['name', 'Name'],
      ['direct', 'Direct', 'right'],
      ['pinned', 'Pinned', 'right'],
      ['lock', 'Lock file'],
      ['licence', 'Licence field'],
    ],
    rows,
  );
  const order = ['runtime', 'peer', 'optional', 'build', 'development'];
  const dependencies = manifests
    .flatMap((manifest) => manifest.dependencies.map((dependency) => ({ manifest, dependency })))
    .sort((a, b) => order.indexOf(a.dependency.scope) - order.indexOf(b.dependency.scope));
  section.table(
    'Direct dependencies',
    [
      ['name', 'Name'],
      ['version', 'Wanted'],
      ['scope', 'For'],
      ['pinned', 'One version only'],
      ['manifest', 'Manifest'],
    ],
    dependencies.map(({ manifest, dependency }) => ({
      name: dependency.name,
      version: dependency.spec || 'any',
      scope: dependency.scope,
      pinned: dependency.pinned ? 'yes' : 'no',
      manifest: manifest.file.path,
    })),
  );
  const perEcosystem = new Counter();
  for (const { manifest } of dependencies) perEcosystem.add(manifest.ecosystem);
  if (perEcosystem.size > 1)
    section.chart(
      'Direct dependencies by ecosystem',
      'bar',
      'dependencies',
      perEcosystem.top().map(([label, value]) => ({ label, value })),
    );
  section.fact('Manifests', manifests.length);
  const globs = manifests.flatMap(({ ecosystem, data }) =>
    ecosystem === 'npm' ? workspaceGlobs(data) : ecosystem === 'Rust' ? texts(at(data, 'workspace', 'members')) : [],
  );
  if (globs.length > 0) section.fact('Workspaces', listed(globs, 8));
  section.fact('Direct dependencies', dependencies.length);
}

async function readHeaders(context: Context): Promise<Counter> {
  const headers = new Counter();
  await eachText(
    context,
    ownFiles(context).filter((file) => !['md', 'rst', 'txt', 'spdx'].includes(file.ext)),
    (_, text) => {
      const expression = spdxHeader(text);
      if (expression !== undefined) headers.add(expression);
    },
  );
  return headers;
}

function tabulateLicences(
  context: Context,
  files: readonly LicenceFile[],
  headers: Counter,
  manifests: readonly Manifest[],
): void {
  const { section } = context;
  const declared = manifests.flatMap((manifest) =>
    manifest.licences.map((licence) => ({ where: manifest.file.path, how: 'manifest field', licence })),
  );
  section.table(
    'Licences',
    [
      ['where', 'Where'],
      ['how', 'How it is said'],
      ['licence', 'Licence'],
    ],
    [
      ...files.map(({ file, ids }) => ({
        where: file.path,
        how: 'licence file',
        licence: ids.join(', ') || 'text not recognised',
      })),
      ...declared,
      ...headers.top().map(([licence, n]) => ({ where: count(n, 'file'), how: 'SPDX header', licence })),
    ],
  );
}

/** What the root says: its manifests, else its licence files. */
function projectLicences(files: readonly LicenceFile[], manifests: readonly Manifest[]): string[] {
  const fromFiles = files.filter(({ file }) => file.dir === '').flatMap(({ ids }) => ids);
  const fromManifests = manifests
    .filter(({ file }) => file.dir === '')
    .flatMap(({ licences }) => licences.flatMap(licenceIds));
  return [...new Set(fromManifests.length > 0 ? fromManifests : fromFiles)];
}

/** `UNLICENSED` and the like: the owner grants nobody a licence, and says so. */
function withheld(licence: string): boolean {
  return /^(?:unlicensed|proprietary|private|commercial|all rights reserved)$/i.test(licence.trim());
}

function judge(
  context: Context,
  files: readonly LicenceFile[],
  headers: Counter,
  manifests: readonly Manifest[],
): void {
  const { section } = context;
  const rootFiles = files.filter(({ file }) => file.dir === '' || file.dir === 'LICENSES' || file.dir === 'debian');
  const declared = manifests.filter((manifest) => manifest.licences.some((licence) => !withheld(licence)));
  const isPrivate = manifests.some(({ data }) => data['private'] === true);
  const kept = manifests.some(({ licences }) => licences.some(withheld));
  if (context.files.length > 0 && files.length === 0 && headers.size === 0 && !kept) {
    const said = declared[0];
    section.finding({
      rule: said ? 'licence-file-missing' : 'licence-missing',
      severity: said ? 'low' : isPrivate ? 'info' : 'medium',
      title: said
        ? `The manifest says ${said.licences.join(', ')}, but there is no licence file`
        : 'No licence was found',
      path: said?.file.path,
      detail: said
        ? 'Most licences ask that their text goes with the code.'
        : 'There is no licence file, no licence field in a manifest and no SPDX header.',
      advice: said
        ? 'Add a LICENSE file with the text.'
        : 'Without a licence nobody else may use the code: add a LICENSE file, or say that it is private.',
    });
  }
  for (const manifest of declared) {
    const near = files.filter(({ file }) => file.dir === manifest.file.dir);
    const ids = (near.length > 0 ? near : rootFiles).flatMap((one) => one.ids);
    const wanted = manifest.licences.flatMap(licenceIds).filter((id) => !/^see licen[cs]e/i.test(id) && !withheld(id));
    if (ids.length === 0 || wanted.length === 0 || wanted.some((id) => ids.some((other) => sameLicence(id, other))))
      continue;
    section.finding({
      rule: 'licence-disagreement',
      severity: 'medium',
      title: `The manifest says ${wanted.join(', ')}, the licence file ${[...new Set(ids)].join(', ')}`,
      path: manifest.file.path,
      detail: `Licence field: ${manifest.licences.join(', ')}. Licence text found: ${[...new Set(ids)].join(', ')}.`,
      advice: 'Make both say the same.',
    });
  }
  const known = rootFiles.flatMap(({ ids }) => ids);
  const strange = headers
    .top()
    .filter(
      ([expression]) =>
        known.length > 0 &&
        !licenceIds(expression).some((id) =>
          known.some((other) => sameLicence(id.replace(/-(?:only|or-later)$|\+$/, ''), other)),
        ),
    );
  for (const [expression, n] of strange.slice(0, 10))
    section.finding({
      rule: 'licence-header-differs',
      severity: 'low',
      title: `${count(n, 'file')} with the SPDX header ${expression}, which no licence file of the project has`,
      detail: `Licence files hold: ${listed([...new Set(known)], 10)}.`,
      advice: 'Add the text of that licence, or mend the header.',
    });
  for (const { file } of rootFiles.filter(({ ids, file: one }) => ids.length === 0 && one.dir === ''))
    section.note(`The text of ${file.path} is not a licence that is recognised; a person must read it.`);
}

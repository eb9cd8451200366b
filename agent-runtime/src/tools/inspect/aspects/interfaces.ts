import type { Context } from '../core/context';
import { count } from '../core/text';
import { describeApi, type ApiDescription } from '../interfaces/apis';
import { checkLinks, type LinkReport } from '../interfaces/links';

/** API descriptions, and links inside the repository that lead nowhere. No outside address is called. */
export async function interfaces(context: Context): Promise<void> {
  const { section } = context;
  const apis: ApiDescription[] = [];
  for (const file of context.files) {
    if (file.kind !== 'file' || file.missing || file.vendored || file.name === 'package.json') continue;
    await context.budget.breathe();
    if (context.budget.spent) {
      section.note('The time was spent before every file was looked at.');
      break;
    }
    const api = describeApi(context, file);
    if (api) apis.push(api);
  }
  reportApis(context, apis);
  const links = await checkLinks(context);
  reportLinks(context, links);
  const real = apis.filter(({ kind }) => kind !== 'JSON Schema');
  const described =
    real.length === 0
      ? 'No API description'
      : `${count(real.length, 'API description')} with ${count(
          real.reduce((sum, api) => sum + api.operations, 0),
          'operation',
        )}`;
  section.summary(
    `${described}; ${count(links.checked, 'link')} inside the repository followed, ${links.broken.length === 0 ? 'none leads nowhere' : `${links.broken.length} lead nowhere`}.`,
  );
}

function reportApis(context: Context, apis: readonly ApiDescription[]): void {
  const { section } = context;
  const ordered = [...apis].sort(
    (a, b) =>
      Number(a.file.test || a.file.example) - Number(b.file.test || b.file.example) ||
      Number(a.kind === 'JSON Schema') - Number(b.kind === 'JSON Schema'),
  );
  section.fact('API descriptions', apis.length);
  section.table(
    'API descriptions',
    [
      ['kind', 'Kind'],
      ['path', 'File'],
      ['title', 'Title'],
      ['version', 'Version'],
      ['operations', 'Operations', 'right'],
    ],
    ordered.map(({ kind, file, title, version, operations }) => ({
      kind,
      path: file.path,
      title: title ?? null,
      version: version ?? null,
      operations: kind === 'JSON Schema' ? null : operations,
    })),
  );
  for (const { file, kind, broken, faults } of apis) {
    const practice = file.test || file.example;
    if (broken)
      section.finding({
        rule: 'api-broken',
        severity: practice ? 'info' : 'high',
        title: `The ${kind} description cannot be parsed`,
        path: file.path,
        line: broken.line,
        detail: broken.message,
        advice: 'Mend the syntax: no generator or client can read it.',
      });
    for (const { rule, title, detail } of faults)
      section.finding({
        rule,
        severity: practice ? 'info' : rule === 'api-operation-id-twice' || rule === 'api-not-parsed' ? 'low' : 'medium',
        title: `${kind}: ${title}`,
        path: file.path,
        detail,
        advice: 'Mend the description: generators and checkers trip over it.',
      });
  }
}

function reportLinks(context: Context, links: LinkReport): void {
  const { section } = context;
  section.fact('Documents read for links', links.files);
  section.fact('Links inside the repository', links.checked);
  section.fact('Links that lead nowhere', links.broken.length);
  section.fact('Links to the outside, not called', links.external);
  if (links.undecided > 0)
    section.note(
      `${count(links.undecided, 'link')} not judged: from the root of a web site, made by templates or site generators, into submodules or ignored folders, or out of the repository.`,
    );
  for (const { file, line, target, missing, anchor } of links.broken)
    section.finding({
      rule: anchor ? 'link-anchor-missing' : 'link-target-missing',
      severity: anchor || file.example ? 'info' : 'low',
      title: anchor ? `No heading for ${target}` : `${target} is not in the repository`,
      path: file.path,
      line,
      detail: anchor ? `Looked for ${missing}.` : `Looked for ${missing}.`,
      advice: anchor ? 'Mend the anchor, or give the heading that name.' : 'Mend the link or remove it.',
    });
}

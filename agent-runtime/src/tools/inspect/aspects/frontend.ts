import { eachText, ownFiles, type Context } from '../core/context';
import { Counter } from '../core/counter';
import type { FileEntry } from '../core/fileIndex';
import { commentStyle, maskComments } from '../core/mask';
import { count, listed } from '../core/text';
import { projectManifests, readManifests, type Manifest } from '../manifests';
import { environmentReads } from '../runtime/code';
import { requirements } from '../runtime/needs';
import { frontendRoles, frontendUses, type Use } from '../runtime/stack';
import { environmentTable, libraryTable, reportEntries, requirementTable, scriptTable } from '../runtime/tables';
import { parseJsonc } from '../runtime/jsonc';
import { at } from '../manifests/values';

const kinds: Record<string, string> = {
  vue: 'Vue components',
  svelte: 'Svelte components',
  astro: 'Astro pages',
  jsx: 'JSX',
  tsx: 'TSX',
  html: 'HTML pages',
  css: 'CSS',
  scss: 'SCSS',
  sass: 'Sass',
  less: 'Less',
};
const settings: [RegExp, string][] = [
  [/^(?:vite|vitest)\.config\.\w+$/, 'Vite'],
  [/^webpack\.[\w.]*\.?[cm]?[jt]s$/, 'webpack'],
  [/^rollup\.config\.\w+$/, 'Rollup'],
  [
    /^(?:next|nuxt|astro|svelte|gatsby-config|vue|angular)\.?(?:config)?\.(?:js|mjs|cjs|ts|json)$/,
    'framework settings',
  ],
  [/^tailwind\.config\.\w+$/, 'Tailwind CSS'],
  [/^\.?postcss(?:rc|\.config)[\w.]*$/, 'PostCSS'],
  [/^(?:babel\.config\.\w+|\.babelrc(?:\.\w+)?)$/, 'Babel'],
  [/^(?:\.eslintrc[\w.]*|eslint\.config\.\w+)$/, 'ESLint'],
  [/^(?:\.prettierrc[\w.]*|prettier\.config\.\w+)$/, 'Prettier'],
  [/^(?:\.stylelintrc[\w.]*|stylelint\.config\.\w+)$/, 'Stylelint'],
  [/^biome\.jsonc?$/, 'Biome'],
  [/^tsconfig[\w.-]*\.json$/, 'TypeScript'],
  [/^\.browserslistrc$/, 'browsers supported'],
];

/** What runs in browsers here, what it is made with and what it needs. */
export async function frontend(context: Context): Promise<void> {
  const { section } = context;
  const all = projectManifests(await readManifests(context)).filter(({ ecosystem }) => ecosystem === 'npm');
  const uses = frontendUses(all);
  const own = ownFiles(context).filter((file) => !file.test && !file.example);
  const found = new Counter();
  for (const file of own) if (Object.hasOwn(kinds, file.ext)) found.add(kinds[file.ext] ?? '');
  const runtimeUse = (use: Use): boolean =>
    frontendRoles.has(use.role) && (use.dependency.scope !== 'development' || found.total > 0);
  const component = ['vue', 'svelte', 'astro', 'jsx', 'tsx'].some((ext) => found.get(kinds[ext] ?? '') > 0);
  const pages =
    found.get('HTML pages') > 0 &&
    own.some((file) => ['css', 'scss', 'less', 'js', 'ts', 'mjs'].includes(file.ext) && sameTree(own, file));
  const itself = all.filter(
    ({ name, file }) =>
      file.dir === '' &&
      frontendUses([
        {
          ecosystem: 'npm',
          file,
          licences: [],
          data: {},
          dependencies: [{ name: name ?? '', spec: '', scope: 'runtime', pinned: false }],
        },
      ]).some(({ role }) => frontendRoles.has(role) || role === 'build tool'),
  );
  if (!uses.some(runtimeUse) && !component && !pages && itself.length === 0) {
    section.summary(
      'There is no front-end code here: no browser framework, no component files, no pages with scripts or styles.',
    );
    return;
  }
  libraryTable(context, 'Frameworks and tools', uses);
  section.table(
    'Front-end files',
    [
      ['kind', 'Kind'],
      ['files', 'Files', 'right'],
    ],
    found.top().map(([kind, files]) => ({ kind, files })),
  );
  const manifests = all.filter((manifest) => uses.some((use) => use.manifest === manifest) || manifest.file.dir === '');
  scriptTable(context, manifests);
  const needed = requirements(context, all).filter(
    ({ where }) => all.some(({ file }) => file.path === where) || /\.n(?:vmrc|ode-version)$|tool-versions$/.test(where),
  );
  requirementTable(context, needed);
  addSettings(context, own);
  section.table(
    'Entry points',
    [
      ['path', 'File'],
      ['what', 'What'],
    ],
    entries(own, manifests),
  );
  await addEnvironment(context, own);
  reportEntries(context, manifests);
  if (manifests.some(({ data }) => data['private'] === true) && !needed.some(({ what }) => what === 'Node.js'))
    section.finding({
      rule: 'node-version-unstated',
      severity: 'info',
      title: 'No Node.js version is asked for',
      path: manifests[0]?.file.path,
      detail: 'There is no engines.node, .nvmrc or .node-version.',
      advice: 'Say which version the build needs.',
    });
  const frameworks = [
    ...new Set(uses.filter(runtimeUse).map(({ name, dependency }) => `${name} ${dependency.spec}`.trim())),
  ];
  const tools = [...new Set(uses.filter(({ role }) => role === 'build tool').map(({ name }) => name))];
  const library = itself[0] ? `The project is itself ${itself[0].name ?? ''}, a library or tool for front ends. ` : '';
  section.summary(
    `${library}${frameworks.length > 0 ? `Made with ${listed(frameworks, 4)}` : 'No browser framework'}${tools.length > 0 ? `, built by ${listed(tools, 3)}` : ''}; ${count(found.total, 'front-end file')}.`,
  );
}

function sameTree(own: readonly FileEntry[], file: FileEntry): boolean {
  const top = file.dir.split('/', 1)[0] ?? '';
  return own.some((page) => page.ext === 'html' && (page.dir.split('/', 1)[0] ?? '') === top);
}

function addSettings(context: Context, own: readonly FileEntry[]): void {
  const rows: { tool: string; path: string; note: string | null }[] = [];
  for (const file of own) {
    const tool = settings.find(([pattern]) => pattern.test(file.name))?.[1];
    if (tool === undefined) continue;
    const parsed = tool === 'TypeScript' ? parseJsonc(context.reader.text(file) ?? '') : undefined;
    const strict = at(parsed, 'compilerOptions', 'strict');
    const inherits = at(parsed, 'extends') !== undefined;
    rows.push({
      tool,
      path: file.path,
      note: parsed === undefined ? null : strict === true ? 'strict' : inherits ? 'inherits' : 'not strict',
    });
    if (
      file.path === 'tsconfig.json' &&
      parsed !== undefined &&
      strict !== true &&
      !inherits &&
      at(parsed, 'references') === undefined
    )
      context.section.finding({
        rule: 'typescript-not-strict',
        severity: 'info',
        title: 'TypeScript does not check strictly',
        path: file.path,
        detail: 'compilerOptions.strict is not true.',
        advice: 'Switch it on, folder by folder if need be.',
      });
  }
  context.section.table(
    'Settings',
    [
      ['tool', 'Tool'],
      ['path', 'File'],
      ['note', 'Note'],
    ],
    rows,
  );
}

function entries(own: readonly FileEntry[], manifests: readonly Manifest[]): { path: string; what: string }[] {
  const found = own
    .filter(
      (file) =>
        /^(?:index\.html|(?:main|index|app|_app|entry[\w-]*)\.(?:[jt]sx|vue|svelte)|(?:src\/)?main\.[jt]s)$/i.test(
          file.name,
        ) && file.dir.split('/').length < 5,
    )
    .map((file) => ({ path: file.path, what: file.ext === 'html' ? 'page' : 'module' }));
  for (const { data, file } of manifests)
    for (const field of ['main', 'module', 'browser', 'types']) {
      const value = data[field];
      if (typeof value === 'string') found.push({ path: value, what: `${field} of ${file.path}` });
    }
  return found;
}

async function addEnvironment(context: Context, own: readonly FileEntry[]): Promise<void> {
  const reads = new Map<string, string[]>();
  const scripts = own.filter((file) =>
    ['js', 'mjs', 'cjs', 'jsx', 'ts', 'tsx', 'vue', 'svelte', 'astro'].includes(file.ext),
  );
  await eachText(context, scripts, (file, text) => {
    if (!text.includes('env')) return;
    for (const name of environmentReads(file.ext, maskComments(text, commentStyle(file.ext))))
      reads.set(name, [...(reads.get(name) ?? []), file.path]);
  });
  environmentTable(context, reads);
}

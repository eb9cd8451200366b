import { isDockerfile } from '../core/classify';
import { eachText, ownFiles, type Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { commentStyle, LineCounter, maskComments } from '../core/mask';
import { count, listed } from '../core/text';
import { projectManifests, readManifests, type Manifest } from '../manifests';
import { entryOf, environmentReads, portsOf, routesOf } from '../runtime/code';
import { installedPrograms, requirements } from '../runtime/needs';
import { backendLibraries, backendUses, servicesOf } from '../runtime/stack';
import { environmentTable, libraryTable, reportEntries, requirementTable, scriptTable } from '../runtime/tables';
import { parseDockerfile } from '../operations/dockerfile';

interface Seen {
  reads: Map<string, string[]>;
  routes: { method: string; path: string; file: string; line: number }[];
  ports: Map<number, string>;
  entries: { path: string; what: string }[];
  sockets: string[];
}

/** What runs on servers here: frameworks, entry points, versions, variables, ports, routes and services it needs. */
export async function backend(context: Context): Promise<void> {
  const { section } = context;
  const manifests = projectManifests(await readManifests(context));
  const uses = backendUses(manifests).filter(
    ({ dependency }) => dependency.scope !== 'development' && dependency.scope !== 'build',
  );
  const seen = await look(context);
  const itself = ownFramework(manifests);
  const there = uses.length > 0 || seen.routes.length > 0 || seen.sockets.length > 0 || itself !== undefined;
  if (!there && seen.entries.length === 0) {
    section.summary('There is no back-end code here: no server framework, no routes, no program that listens.');
    return;
  }
  if (!there) {
    section.table(
      'Programs',
      [
        ['path', 'File'],
        ['what', 'What starts it'],
      ],
      seen.entries,
    );
    section.summary(
      `No server code was found; ${count(seen.entries.length, 'program')} that can be started, but nothing in them listens or serves routes.`,
    );
    return;
  }
  libraryTable(context, 'Server libraries', uses);
  section.table(
    'Routes',
    [
      ['method', 'Method'],
      ['path', 'Path'],
      ['file', 'File'],
      ['line', 'Line', 'right'],
    ],
    seen.routes,
  );
  section.table(
    'Entry points',
    [
      ['path', 'File'],
      ['what', 'What starts it'],
    ],
    [
      ...seen.entries,
      ...installedPrograms(manifests).map(({ name, target, where }) => ({
        path: target,
        what: `program ${name} of ${where}`,
      })),
    ],
  );
  requirementTable(context, requirements(context, manifests));
  scriptTable(
    context,
    manifests.filter(({ ecosystem }) => ecosystem === 'npm'),
  );
  environmentTable(context, seen.reads);
  const services = servicesOf(manifests);
  section.table(
    'Services it talks to',
    [
      ['service', 'Service'],
      ['by', 'By the library'],
      ['manifest', 'Manifest'],
    ],
    services,
  );
  for (const [port, where] of dockerPorts(context)) seen.ports.set(port, where);
  section.table(
    'Ports',
    [
      ['port', 'Port', 'right'],
      ['where', 'Where'],
    ],
    [...seen.ports].sort((a, b) => a[0] - b[0]).map(([port, where]) => ({ port, where })),
  );
  section.fact('Routes with a literal path', seen.routes.length);
  section.fact('Environment variables read', seen.reads.size);
  if (seen.sockets.length > 0) section.fact('Files that open a listening socket', listed(seen.sockets, 5));
  reportEntries(context, manifests);
  section.note('Routes, variables and ports are found where they are literal; what is computed is not seen.');
  const names = [...new Set(uses.map(({ name, dependency }) => `${name} ${dependency.spec}`.trim()))];
  const what = itself === undefined ? '' : `The project is itself ${itself}, a library for servers. `;
  section.summary(
    `${what}${names.length > 0 ? `Uses ${listed(names, 4)}` : itself === undefined ? 'Serves without a known web framework' : 'It builds on no other web framework'}; ${count(seen.routes.length, 'route')}, ${count(seen.reads.size, 'environment variable')}${
      services.length > 0
        ? `, talks to ${listed(
            services.map(({ service }) => service),
            5,
          )}`
        : ''
    }.`,
  );
}

/** The name of the web framework that the project is, when it is one. */
function ownFramework(manifests: readonly Manifest[]): string | undefined {
  for (const { ecosystem, name, file } of manifests) {
    if (file.dir !== '' || name === undefined) continue;
    const libraries = backendLibraries[ecosystem];
    const found = libraries?.get(name.toLowerCase());
    if (found) return found.name;
  }
  return undefined;
}

async function look(context: Context): Promise<Seen> {
  const seen: Seen = { reads: new Map(), routes: [], ports: new Map(), entries: [], sockets: [] };
  const files = ownFiles(context).filter((file) => !file.test && !file.example && commentStyle(file.ext) !== 'none');
  await eachText(context, files, (file, text) => {
    const code = maskComments(text, commentStyle(file.ext));
    if (code.includes('env') || code.includes('ENV') || code.includes('Environment'))
      for (const name of environmentReads(file.ext, code))
        seen.reads.set(name, [...(seen.reads.get(name) ?? []), file.path]);
    const lines = new LineCounter(code);
    if (seen.routes.length < 2_000)
      for (const { method, path, offset } of routesOf(file.ext, code))
        seen.routes.push({ method, path, file: file.path, line: lines.lineOf(offset) });
    if (!['vue', 'svelte', 'yml', 'yaml', 'toml'].includes(file.ext))
      for (const port of portsOf(code)) if (!seen.ports.has(port)) seen.ports.set(port, file.path);
    const entry = entryOf(file.ext, code) ?? named(file);
    if (entry !== undefined) seen.entries.push({ path: file.path, what: entry });
    if (listens(file.ext, code)) seen.sockets.push(file.path);
  });
  return seen;
}

function named(file: FileEntry): string | undefined {
  if (/^(?:manage|wsgi|asgi)\.py$/.test(file.name)) return 'by its name';
  return /^(?:server|app|main)\.[cm]?[jt]s$/.test(file.name) && file.dir.split('/').length < 3
    ? 'by its name'
    : undefined;
}

function listens(ext: string, code: string): boolean {
  if (['c', 'cc', 'cpp', 'cxx'].includes(ext))
    return /(?<![\w.>:])listen\(\s{0,5}\w/.test(code) && /\bbind\(/.test(code);
  if (ext === 'go') return /\b(?:http\.ListenAndServe|net\.Listen)\w*\(/.test(code);
  if (['js', 'ts', 'mjs', 'cjs', 'mts'].includes(ext)) return /\bcreateServer\(/.test(code) && /\.listen\(/.test(code);
  if (ext === 'py') return /\b(?:HTTPServer|socketserver\.\w+|asyncio\.start_server)\(/.test(code);
  if (ext === 'rs') return /\bTcpListener::bind\(/.test(code);
  return ext === 'java' && /\bnew ServerSocket\(|\bHttpServer\.create\(/.test(code);
}

function dockerPorts(context: Context): [number, string][] {
  const found: [number, string][] = [];
  for (const file of context.files) {
    if (file.kind !== 'file' || file.vendored || file.test || file.example || !isDockerfile(file.name)) continue;
    for (const { name, value } of parseDockerfile(context.reader.text(file) ?? ''))
      if (name === 'EXPOSE')
        for (const port of value.split(/\s+/))
          if (/^\d{1,5}(?:\/\w+)?$/.test(port)) found.push([Number.parseInt(port, 10), file.path]);
  }
  return found;
}

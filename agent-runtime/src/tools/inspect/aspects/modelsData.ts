import { eachText, type Context } from '../core/context';
import { Counter } from '../core/counter';
import type { FileEntry } from '../core/fileIndex';
import { maskComments } from '../core/mask';
import { bytes, count, listed } from '../core/text';
import { projectManifests, readManifests } from '../manifests';
import { formatOf, lfsSize, mediaOf, type Format } from '../models/formats';
import { mlPackages } from '../models/frameworks';
import { readNotebook } from '../models/notebooks';

const large = 5 * 1024 * 1024;
const veryLarge = 50 * 1024 * 1024;

/** Model and data files with their headers checked, media, large files, Git LFS pointers, notebooks and ML libraries. */
export async function modelsData(context: Context): Promise<void> {
  const { section, reader, budget } = context;
  const models: { file: FileEntry; format: Format; size: number; state: string }[] = [];
  const data = new Map<string, { format: string; files: number; bytes: number }>();
  const dataFiles: { file: FileEntry; format: Format }[] = [];
  const media = new Map<string, { files: number; bytes: number }>();
  let pointers = 0;
  for (const file of context.files) {
    if (file.kind !== 'file' || file.missing || file.path.split('/').includes('node_modules')) continue;
    await budget.breathe();
    const kind = mediaOf(file);
    const format = formatOf(file);
    const pointer = format || kind ? lfsSize(reader, file) : undefined;
    if (pointer !== undefined) pointers += 1;
    if (file.size >= large && pointer === undefined) reportLarge(context, file);
    if (kind !== undefined) {
      const sum = media.get(kind) ?? { files: 0, bytes: 0 };
      sum.files += 1;
      sum.bytes += pointer ?? file.size;
      media.set(kind, sum);
    }
    if (!format) continue;
    const state = pointer === undefined ? checkHeader(context, file, format) : 'Git LFS pointer, content not here';
    if (format.role === 'model') models.push({ file, format, size: pointer ?? file.size, state });
    else {
      dataFiles.push({ file, format });
      const sum = data.get(format.name) ?? { format: format.name, files: 0, bytes: 0 };
      sum.files += 1;
      sum.bytes += pointer ?? file.size;
      data.set(format.name, sum);
    }
  }
  section.fact('Model files', models.length);
  section.fact('Data files', dataFiles.length);
  section.fact('Git LFS pointers among them', pointers);
  section.table(
    'Model files',
    [
      ['path', 'File'],
      ['format', 'Format'],
      ['size', 'Size', 'right'],
      ['state', 'Header'],
    ],
    models.map(({ file, format, size, state }) => ({ path: file.path, format: format.name, size: bytes(size), state })),
  );
  section.table(
    'Data and media by kind',
    [
      ['kind', 'Kind'],
      ['files', 'Files', 'right'],
      ['size', 'Size', 'right'],
    ],
    [
      ...[...data.values()].map(({ format, files, bytes: size }) => ({ kind: format, files, size: bytes(size) })),
      ...[...media].map(([kind, sum]) => ({ kind, files: sum.files, size: bytes(sum.bytes) })),
    ],
  );
  addTables(context, dataFiles);
  const notebooks = await addNotebooks(context);
  const libraries = await addLibraries(context);
  section.summary(
    models.length + dataFiles.length + notebooks + libraries.length === 0
      ? 'There are no model files, data files, notebooks or machine-learning libraries.'
      : `${count(models.length, 'model file')}, ${count(dataFiles.length, 'data file')}, ${count(notebooks, 'notebook')}; ${libraries.length === 0 ? 'no machine-learning library is used' : `libraries: ${listed(libraries, 5)}`}.`,
  );
}

function reportLarge(context: Context, file: FileEntry): void {
  context.section.finding({
    rule: 'large-file-in-git',
    severity: file.size >= veryLarge ? 'medium' : 'low',
    title: `${bytes(file.size)} in Git itself`,
    path: file.path,
    detail: 'Every clone carries it, and every version of it, for ever.',
    advice: 'Keep it in Git LFS, a registry or a bucket, if it changes or more will come.',
  });
}

function checkHeader(context: Context, file: FileEntry, format: Format): string {
  const practice = file.test || file.example || file.vendored;
  const head = context.reader.head(file, 64);
  const fault = head === undefined ? undefined : file.size === 0 ? 'The file is empty.' : format.check?.(head, file);
  if (fault !== undefined && format.check)
    context.section.finding({
      rule: format.role === 'model' ? 'model-header-wrong' : 'data-header-wrong',
      severity: practice ? 'info' : 'medium',
      title: `Not a ${format.name} file by its content`,
      path: file.path,
      detail: fault,
      advice: 'Check whether it is damaged, cut short or misnamed.',
    });
  if (format.pickle === true)
    context.section.finding({
      rule: 'model-runs-code',
      severity: practice ? 'info' : 'low',
      title: `Loading a ${format.name} file can run code`,
      path: file.path,
      detail: 'The format is Python pickle, or may hold it.',
      advice: 'Load it only if you trust who made it; use safetensors or ONNX for what is passed on.',
    });
  if (format.check === undefined) return 'not checked';
  return fault === undefined ? 'fits the format' : 'does not fit the format';
}

function addTables(context: Context, files: readonly { file: FileEntry; format: Format }[]): void {
  const ordered = [...files].sort((a, b) => b.file.size - a.file.size).slice(0, 50);
  const rows = ordered.map(({ file, format }) => {
    const text =
      ['CSV', 'TSV', 'JSON lines'].includes(format.name) && !context.budget.spent
        ? context.reader.text(file)
        : undefined;
    const first = text?.split('\n', 1)[0] ?? '';
    const lines = text === undefined ? null : (context.reader.lines(file, context.limits.maxFileBytes)?.lines ?? null);
    const separator =
      format.name === 'TSV' || (first.includes('\t') && !first.includes(','))
        ? '\t'
        : first.split(';').length > first.split(',').length
          ? ';'
          : ',';
    return {
      path: file.path,
      format: format.name,
      size: bytes(file.size),
      lines,
      columns:
        text === undefined || format.name === 'JSON lines'
          ? null
          : first.replace(/"[^"]*"/g, '').split(separator).length,
    };
  });
  context.section.table(
    'Largest data files',
    [
      ['path', 'File'],
      ['format', 'Format'],
      ['size', 'Size', 'right'],
      ['lines', 'Lines', 'right'],
      ['columns', 'Columns', 'right'],
    ],
    rows,
  );
}

async function addNotebooks(context: Context): Promise<number> {
  const { section } = context;
  const rows: Record<string, string | number>[] = [];
  const files = context.files.filter((file) => file.kind === 'file' && file.ext === 'ipynb' && !file.vendored);
  await eachText(context, files, (file, text) => {
    try {
      const { cells, code, withOutput, outputBytes, language } = readNotebook(text);
      rows.push({ path: file.path, language, cells, code, outputs: withOutput, size: bytes(outputBytes) });
      if (outputBytes > 100_000)
        section.finding({
          rule: 'notebook-outputs-committed',
          severity: 'info',
          title: `${bytes(outputBytes)} of outputs in a notebook`,
          path: file.path,
          detail: `${withOutput} of ${code} code cells have outputs: they can show data, and make every difference hard to read.`,
          advice: 'Clear outputs before a commit (nbstripout), unless they are the point.',
        });
    } catch (error) {
      section.finding({
        rule: 'notebook-broken',
        severity: file.test ? 'info' : 'medium',
        title: 'The notebook cannot be read',
        path: file.path,
        detail: error instanceof Error ? error.message.slice(0, 200) : '',
        advice: 'Mend or remove it.',
      });
    }
  });
  section.fact('Notebooks', files.length);
  section.table(
    'Notebooks',
    [
      ['path', 'File'],
      ['language', 'Language'],
      ['cells', 'Cells', 'right'],
      ['code', 'Code cells', 'right'],
      ['outputs', 'With outputs', 'right'],
      ['size', 'Outputs', 'right'],
    ],
    rows,
  );
  return files.length;
}

async function addLibraries(context: Context): Promise<string[]> {
  const manifests = projectManifests(await readManifests(context));
  const wanted = new Map<string, { spec: string; where: string }>();
  for (const manifest of manifests)
    for (const dependency of manifest.dependencies) {
      const library = mlPackages.get(dependency.name.toLowerCase());
      if (library !== undefined && !wanted.has(library))
        wanted.set(library, { spec: dependency.spec || 'any', where: manifest.file.path });
    }
  const imports = new Counter();
  const python = context.files.filter((file) => file.ext === 'py' && !file.vendored && !file.generated);
  await eachText(context, python, (_, text) => {
    if (!/\bimport\b/.test(text)) return;
    const seen = new Set<string>();
    for (const [, module = ''] of maskComments(text, 'python').matchAll(
      /^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w{0,60})/gm,
    )) {
      const library = mlPackages.get(module.toLowerCase());
      if (library !== undefined) seen.add(library);
    }
    for (const library of seen) imports.add(library);
  });
  const names = [...new Set([...wanted.keys(), ...imports.top().map(([name]) => name)])];
  context.section.table(
    'Machine-learning and data libraries',
    [
      ['library', 'Library'],
      ['version', 'Wanted'],
      ['manifest', 'Manifest'],
      ['files', 'Python files that import it', 'right'],
    ],
    names.map((library) => ({
      library,
      version: wanted.get(library)?.spec ?? 'not in a manifest',
      manifest: wanted.get(library)?.where ?? null,
      files: imports.get(library),
    })),
  );
  return names;
}

import type { Context } from '../core/context';
import type { Manifest } from '../manifests';
import { at, record, text } from '../manifests/values';

/** A version of a language or tool that the repository asks for. */
export interface Requirement {
  what: string;
  version: string;
  where: string;
}

const versionFiles: Record<string, string> = {
  '.nvmrc': 'Node.js',
  '.node-version': 'Node.js',
  '.python-version': 'Python',
  '.ruby-version': 'Ruby',
  '.java-version': 'Java',
  '.go-version': 'Go',
  '.php-version': 'PHP',
  'rust-toolchain': 'Rust',
};

/** Versions asked for by manifests and version files; files in tests and examples do not count. */
export function requirements(context: Context, manifests: readonly Manifest[]): Requirement[] {
  const found: Requirement[] = [];
  const add = (what: string, version: string | undefined, where: string): void => {
    if (version !== undefined && version.trim() !== '') found.push({ what, version: version.trim(), where });
  };
  for (const { ecosystem, data, file } of manifests) {
    if (ecosystem === 'npm') {
      for (const [engine, version] of Object.entries(record(data['engines'])))
        add(engine === 'node' ? 'Node.js' : engine, text(version), file.path);
      add('package manager', text(data['packageManager']), file.path);
      for (const [tool, version] of Object.entries(record(data['volta'])))
        add(tool === 'node' ? 'Node.js' : tool, text(version), file.path);
    } else if (ecosystem === 'PyPI') {
      add(
        'Python',
        text(at(data, 'project', 'requires-python')) ??
          text(at(data, 'tool', 'poetry', 'dependencies', 'python')) ??
          text(at(data, 'options', 'python_requires')) ??
          text(data['python_requires']) ??
          text(at(data, 'requires', 'python_version')),
        file.path,
      );
    } else if (ecosystem === 'Go') {
      add('Go', text(data['go']), file.path);
      add('Go toolchain', text(data['toolchain']), file.path);
    } else if (ecosystem === 'Rust') {
      add(
        'Rust',
        text(at(data, 'package', 'rust-version')) ?? text(at(data, 'workspace', 'package', 'rust-version')),
        file.path,
      );
      add(
        'Rust edition',
        text(at(data, 'package', 'edition')) ?? text(at(data, 'workspace', 'package', 'edition')),
        file.path,
      );
    } else if (ecosystem === 'Java') add('Java', text(data['java']), file.path);
    else if (ecosystem === 'PHP') {
      for (const [name, version] of Object.entries(record(data['require'])))
        if (name === 'php' || name.startsWith('ext-'))
          add(name === 'php' ? 'PHP' : `PHP extension ${name.slice(4)}`, text(version), file.path);
    }
  }
  for (const file of context.files) {
    if (file.kind !== 'file' || file.vendored || file.test || file.example) continue;
    const what = Object.hasOwn(versionFiles, file.name) ? versionFiles[file.name] : undefined;
    if (what !== undefined) add(what, context.reader.text(file)?.split('\n', 1)[0], file.path);
    if (file.name === '.tool-versions')
      for (const line of (context.reader.text(file) ?? '').split('\n')) {
        const [tool, version] = line.split('#', 1)[0]?.trim().split(/\s+/) ?? [];
        if (tool !== undefined && tool !== '') add(tool, version, file.path);
      }
    if (file.name === 'rust-toolchain.toml')
      add('Rust', /^[ \t]*channel[ \t]*=[ \t]*"([^"\n]{1,60})"/m.exec(context.reader.text(file) ?? '')?.[1], file.path);
  }
  return found;
}

/** Programs that package.json, pyproject.toml, setup.cfg and Cargo.toml install. */
export function installedPrograms(manifests: readonly Manifest[]): { name: string; target: string; where: string }[] {
  const found: { name: string; target: string; where: string }[] = [];
  for (const { ecosystem, data, file, name } of manifests) {
    if (ecosystem === 'npm') {
      const bin = data['bin'];
      if (typeof bin === 'string') found.push({ name: name?.split('/').at(-1) ?? '?', target: bin, where: file.path });
      else
        for (const [program, target] of Object.entries(record(bin)))
          found.push({ name: program, target: text(target) ?? '', where: file.path });
    } else if (ecosystem === 'PyPI') {
      const scripts = {
        ...record(at(data, 'project', 'scripts')),
        ...record(at(data, 'project', 'gui-scripts')),
        ...record(at(data, 'tool', 'poetry', 'scripts')),
      };
      for (const [program, target] of Object.entries(scripts))
        found.push({ name: program, target: text(target) ?? '', where: file.path });
      for (const line of (text(at(data, 'options.entry_points', 'console_scripts')) ?? '').split('\n')) {
        const [program = '', target = ''] = line.split('=').map((side) => side.trim());
        if (program !== '') found.push({ name: program, target, where: file.path });
      }
    } else if (ecosystem === 'Rust')
      for (const bin of Array.isArray(data['bin']) ? data['bin'] : [])
        found.push({
          name: text(record(bin)['name']) ?? '?',
          target: text(record(bin)['path']) ?? 'src/main.rs',
          where: file.path,
        });
  }
  return found;
}

/** Scripts of a package.json, as name and command. */
export function npmScripts({ data }: Manifest): [string, string][] {
  return Object.entries(record(data['scripts'])).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}

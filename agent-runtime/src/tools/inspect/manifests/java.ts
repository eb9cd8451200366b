import type { Dependency, Parsed, Scope } from './manifest';
import { parseXml, type XmlNode } from './xml';

function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((one) => one.name === name);
}

function value(node: XmlNode | undefined, name: string): string | undefined {
  const found = child(node, name)?.text.trim();
  return found === '' ? undefined : found;
}

/** Parses pom.xml: direct dependencies, properties filled in where the same file has them. Throws on what is not a project. */
export function parsePom(source: string): Parsed {
  const project = parseXml(source).children.find((node) => node.name === 'project');
  if (!project) throw new SyntaxError('no <project> element');
  const properties = new Map(child(project, 'properties')?.children.map((node) => [node.name, node.text.trim()]));
  const version = value(project, 'version') ?? value(child(project, 'parent'), 'version');
  if (version !== undefined) properties.set('project.version', version).set('version', version);
  const fill = (spec: string): string =>
    spec.replace(/\$\{([\w.-]+)\}/g, (whole, key: string) => properties.get(key) ?? whole);
  const dependencies = (child(project, 'dependencies')?.children ?? [])
    .filter((node) => node.name === 'dependency')
    .map((node): Dependency => {
      const spec = fill(value(node, 'version') ?? '');
      const scope = value(node, 'scope');
      return {
        name: `${value(node, 'groupId') ?? '?'}:${value(node, 'artifactId') ?? '?'}`,
        spec,
        scope: scope === 'test' ? 'development' : value(node, 'optional') === 'true' ? 'optional' : 'runtime',
        pinned: /^\d[^,[\]()]*$/.test(spec) && !/SNAPSHOT|LATEST|RELEASE/.test(spec),
      };
    });
  const licences = (child(project, 'licenses')?.children ?? [])
    .map((node) => value(node, 'name'))
    .filter((name) => name !== undefined);
  const release =
    properties.get('maven.compiler.release') ??
    properties.get('maven.compiler.source') ??
    properties.get('java.version');
  return {
    name: `${value(project, 'groupId') ?? value(child(project, 'parent'), 'groupId') ?? '?'}:${value(project, 'artifactId') ?? '?'}`,
    version,
    licences,
    dependencies,
    data: { java: release, modules: child(project, 'modules')?.children.map((node) => node.text.trim()) ?? [] },
  };
}

const gradleScopes: Record<string, Scope> = {
  implementation: 'runtime',
  api: 'runtime',
  compile: 'runtime',
  runtimeOnly: 'runtime',
  compileOnly: 'build',
  annotationProcessor: 'build',
  kapt: 'build',
  ksp: 'build',
  testImplementation: 'development',
  testCompile: 'development',
  testRuntimeOnly: 'development',
  androidTestImplementation: 'development',
};

/** Reads `group:name:version` literals of build.gradle and build.gradle.kts. */
export function parseGradle(source: string): Parsed {
  const dependencies: Dependency[] = [];
  for (const line of source.split('\n')) {
    const match =
      /^\s*(\w+)[ \t]*\(?[ \t]*(?:(?:platform|enforcedPlatform|kotlin)\()?["']([\w.-]+:[\w.-]+)(?::([^"'@]*))?/.exec(
        line.slice(0, 500),
      );
    const scope = match?.[1] === undefined ? undefined : gradleScopes[match[1]];
    if (!match?.[2] || scope === undefined) continue;
    const spec = match[3] ?? '';
    dependencies.push({ name: match[2], spec, scope, pinned: /^\d[^+]*$/.test(spec) });
  }
  return { licences: [], dependencies };
}

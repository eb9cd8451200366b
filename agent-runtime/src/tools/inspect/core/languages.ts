import { isDockerfile } from './classify';
import type { FileEntry } from './fileIndex';

/** Only `code` counts for the share of a language; the rest is listed beside it. */
export type LanguageKind = 'code' | 'markup' | 'data' | 'prose';

export interface Language {
  name: string;
  kind: LanguageKind;
}

const table: Record<LanguageKind, string> = {
  code: `
    Ada: adb ads; Assembly: s asm nasm; AWK: awk; Batch: bat cmd; C: c; C#: cs csx; C++: cc cpp cxx c++ hpp hxx hh h++ ipp tpp inl ixx cppm;
    C/C++ header: h; Clojure: clj cljs cljc edn; CMake: cmake; COBOL: cob cbl; CoffeeScript: coffee; Common Lisp: lisp lsp cl; Crystal: cr;
    CUDA: cu cuh; Cython: pyx pxd pxi; D: d; Dart: dart; Elixir: ex exs; Elm: elm; Emacs Lisp: el; Erlang: erl hrl; F#: fs fsi fsx;
    Fortran: f f90 f95 f03 f08 for; GLSL: glsl vert frag; Go: go; Gradle: gradle; Groovy: groovy; Hack: hack; Haskell: hs lhs; HCL: tf hcl tfvars;
    Java: java; JavaScript: js mjs cjs jsx es6; Julia: jl; Kotlin: kt kts; Lex: l ll; Lua: lua; M4: m4 ac; Makefile: mk mak; MATLAB: m; Meson: ;
    Nim: nim; Nix: nix; Objective-C++: mm; OCaml: ml mli mll mly; Pascal: pas pp dpr; Perl: pl pm t; PHP: php phtml php5; PowerShell: ps1 psm1 psd1;
    Prolog: pro prolog; Python: py pyi pyw; QML: qml; R: r; Racket: rkt; Ruby: rb rake gemspec ru; Rust: rs; Sass: sass; Scala: scala sc sbt; Scheme: scm ss;
    Shell: sh bash zsh ksh fish bats; Smalltalk: st; Solidity: sol; SQL: sql psql plsql; Starlark: bzl star; Svelte: svelte; Swift: swift;
    SystemVerilog: sv svh; Tcl: tcl tm exp; TypeScript: ts tsx mts cts; V: v; VHDL: vhd vhdl; Vim script: vim; Visual Basic: vb bas; Vue: vue;
    WebAssembly: wat wast; Yacc: y yy; Zig: zig; Astro: astro; Protocol Buffers: proto; GraphQL: graphql gql graphqls; Thrift: thrift; ANTLR: g4; Bison: ypp`,
  markup: `
    CSS: css; HTML: html htm xhtml; Less: less; SCSS: scss; Stylus: styl; Handlebars: hbs handlebars; Mustache: mustache; EJS: ejs; Pug: pug jade;
    Jinja: j2 jinja jinja2; ERB: erb; Haml: haml; Slim: slim; Twig: twig; Blade: ; LaTeX: tex sty bib; XSLT: xsl xslt; SVG: svg; Roff: 1 2 3 4 5 6 7 8 9 man roff; Go template: tmpl gotmpl;
    Texinfo: texi texinfo; Liquid: liquid; MDX: mdx`,
  data: `
    JSON: json jsonc json5 jsonl ndjson geojson webmanifest; YAML: yaml yml; TOML: toml; XML: xml xsd wsdl plist resx csproj vbproj fsproj props targets xaml pom;
    CSV: csv tsv; INI: ini cfg conf properties editorconfig; Jupyter Notebook: ipynb; Gettext: po pot; Diff: diff patch; SPEC: spec; Lock file: lock`,
  prose: `Markdown: md markdown mkd; reStructuredText: rst rest; AsciiDoc: adoc asciidoc asc; Text: txt text; Org: org; POD: pod`,
};

const byName: Record<string, string> = {
  makefile: 'Makefile',
  gnumakefile: 'Makefile',
  'makefile.am': 'Makefile',
  'makefile.in': 'Makefile',
  kbuild: 'Makefile',
  dockerfile: 'Dockerfile',
  containerfile: 'Dockerfile',
  'cmakelists.txt': 'CMake',
  'meson.build': 'Meson',
  'meson_options.txt': 'Meson',
  'meson.options': 'Meson',
  rakefile: 'Ruby',
  gemfile: 'Ruby',
  guardfile: 'Ruby',
  vagrantfile: 'Ruby',
  podfile: 'Ruby',
  fastfile: 'Ruby',
  jenkinsfile: 'Groovy',
  build: 'Starlark',
  'build.bazel': 'Starlark',
  workspace: 'Starlark',
  sconstruct: 'Python',
  sconscript: 'Python',
  wscript: 'Python',
  'configure.ac': 'M4',
  'configure.in': 'M4',
  justfile: 'Just',
  'go.mod': 'Go module',
  'go.work': 'Go module',
  pkgbuild: 'Shell',
};

const byExtension = new Map<string, Language>();
const byLanguage = new Map<string, Language>();
for (const [kind, lines] of Object.entries(table) as [LanguageKind, string][]) {
  for (const part of lines.split(';')) {
    const [name = '', extensions = ''] = part.split(':').map((side) => side.trim());
    const language = { name, kind };
    byLanguage.set(name, language);
    for (const extension of extensions.split(/\s+/).filter(Boolean)) byExtension.set(extension, language);
  }
}
byLanguage.set('Dockerfile', { name: 'Dockerfile', kind: 'code' });
byLanguage.set('Just', { name: 'Just', kind: 'code' });
byLanguage.set('Go module', { name: 'Go module', kind: 'data' });

const interpreters: [RegExp, string][] = [
  [/^(?:ba|z|k|da|a)?sh$|^fish$/, 'Shell'],
  [/^python[\d.]*$|^pypy\d?$/, 'Python'],
  [/^(?:nodejs|node|bun)$/, 'JavaScript'],
  [/^(?:deno|tsx|ts-node)$/, 'TypeScript'],
  [/^ruby[\d.]*$/, 'Ruby'],
  [/^perl[\d.]*$/, 'Perl'],
  [/^php\d?$/, 'PHP'],
  [/^(?:g|m|n)?awk$/, 'AWK'],
  [/^(?:tclsh|wish|expect)[\d.]*$/, 'Tcl'],
  [/^lua[\d.]*$/, 'Lua'],
  [/^make$/, 'Makefile'],
  [/^Rscript$/, 'R'],
  [/^groovy$/, 'Groovy'],
  [/^nix-shell$/, 'Nix'],
];

/** The program of a `#!` line, or undefined. */
export function interpreter(text: string): string | undefined {
  if (!text.startsWith('#!')) return undefined;
  const words = text.slice(2, 200).split('\n', 1)[0]?.trim().split(/\s+/) ?? [];
  const program = words[0]?.split('/').at(-1);
  if (program !== 'env') return program;
  return words
    .slice(1)
    .find((word) => !word.startsWith('-') && !word.includes('='))
    ?.split('/')
    .at(-1);
}

/** Extensions that several languages share: decided by what the text holds. */
const shared: Record<string, (text: string) => string | undefined> = {
  h: (text) => (isObjectiveC(text) ? 'Objective-C' : isCpp(text) ? 'C++' : 'C'),
  m: (text) => (isObjectiveC(text) ? 'Objective-C' : 'MATLAB'),
  ts: (text) => (/^\s*(?:<\?xml|<!DOCTYPE TS)/.test(text) ? 'XML' : 'TypeScript'),
  pl: (text) =>
    /^[ \t]*:-|^[a-z]\w*\([^)\n]*\)\s*:-/m.test(text) && !/^[ \t]*(?:use |my |sub )/m.test(text) ? 'Prolog' : 'Perl',
  v: (text) =>
    /^[ \t]*(?:Require|Lemma|Theorem|Definition|Proof)\b/m.test(text)
      ? 'Coq'
      : /^[ \t]*(?:module|`timescale|`define|always)\b/m.test(text)
        ? 'Verilog'
        : 'V',
  t: (text) => (/^[ \t]*(?:use |my |#!.*perl|BEGIN)/m.test(text) ? 'Perl' : undefined),
  s: (text) => (text.length > 0 ? 'Assembly' : undefined),
  d: (text) => (/^[^\n:]{1,300}:[ \t]/m.test(text) && !/^[ \t]*(?:import|module)[ \t]/m.test(text) ? undefined : 'D'),
  inc: (text) => (text.startsWith('<?php') ? 'PHP' : undefined),
  l: (text) => (text.includes('%%') ? 'Lex' : undefined),
  y: (text) => (text.includes('%%') ? 'Yacc' : undefined),
  st: () => undefined,
  r: (text) => (/<-|\blibrary\(|\bfunction\s*\(/.test(text) ? 'R' : undefined),
  spec: (text) => (/^(?:Name|Summary|Version):/m.test(text) ? 'SPEC' : undefined),
  asc: (text) => (text.startsWith('-----BEGIN') ? undefined : 'AsciiDoc'),
  lock: () => 'Lock file',
};
for (const digit of '123456789')
  shared[digit] = (text) => (/^(?:\.(?:TH|Dd|SH|so)\b|'\\"|\.\\")/m.test(text) ? 'Roff' : undefined);
const extra: Record<string, Language> = {
  'Objective-C': { name: 'Objective-C', kind: 'code' },
  Coq: { name: 'Coq', kind: 'code' },
  Verilog: { name: 'Verilog', kind: 'code' },
};

function isObjectiveC(text: string): boolean {
  return /^[ \t]*(?:@(?:interface|implementation|protocol|import|class|end)\b|#import\b)/m.test(text);
}

function isCpp(text: string): boolean {
  return /^[ \t]*(?:namespace\b[^;\n]*\{?$|template[ \t]*<|class[ \t]+\w+[^;\n]*\{?$|using[ \t]+\w|(?:public|private|protected):|#include[ \t]*<(?:vector|string|memory|map|iostream|algorithm|utility|functional|type_traits|cstdint|cstddef|tuple|array)>)/m.test(
    text,
  );
}

/** The language of a file, or undefined when it is not known. `text` is read only when the name does not decide. */
export function languageOf(file: FileEntry, text: () => string | undefined): Language | undefined {
  const lower = file.name.toLowerCase();
  const named = byName[lower];
  if (named !== undefined) return byLanguage.get(named);
  if (isDockerfile(file.name)) return byLanguage.get('Dockerfile');
  if (lower.startsWith('makefile.') && file.ext !== 'am') return byLanguage.get('Makefile');
  const ext = file.ext === 'in' || file.ext === 'am' ? lower.split('.').slice(-2, -1).join('') : file.ext;
  const decide = Object.hasOwn(shared, ext) ? shared[ext] : undefined;
  if (decide) {
    const body = text();
    const name = body === undefined ? undefined : decide(body.slice(0, 20_000));
    return name === undefined ? undefined : (byLanguage.get(name) ?? extra[name]);
  }
  const known = byExtension.get(ext);
  if (known || file.ext !== '') return known;
  const program = interpreter(text() ?? '');
  const found = program === undefined ? undefined : interpreters.find(([pattern]) => pattern.test(program));
  if (found) return byLanguage.get(found[1]);
  return /^(?:readme|licen[cs]e|copying|changes|changelog|authors|news|todo|install|contributing|notice)/.test(lower)
    ? byLanguage.get('Text')
    : undefined;
}

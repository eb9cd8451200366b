import type { FileEntry } from '../core/fileIndex';
import { Counter } from '../core/counter';

const purposes: [RegExp, string][] = [
  [/^(?:src|source|lib|libs|app|apps|pkg|packages|crates|modules|internal|core|cmd|include)$/, 'source code'],
  [/^(?:tests?|__tests__|spec|specs|e2e|testing|testdata|integration[-_]tests?)$/, 'tests'],
  [/^(?:docs?|documentation|man|manual|site|website)$/, 'documentation'],
  [/^(?:examples?|samples?|demos?|tutorials?|playground)$/, 'examples'],
  [/^(?:scripts?|tools?|hack|bin|utils?|contrib|build|dev|devtools|\.ci|ci)$/, 'scripts and tools'],
  [/^(?:\.github|\.gitlab|\.circleci|\.azure-pipelines|\.buildkite)$/, 'CI and repository settings'],
  [/^(?:\.vscode|\.idea|\.devcontainer|\.husky)$/, 'editor and hook settings'],
  [/^(?:vendor|third[-_]party|deps|external|node_modules)$/, 'third-party code'],
  [/^(?:dist|out|release)$/, 'build results'],
  [
    /^(?:deploy(?:ment)?|infra(?:structure)?|k8s|kubernetes|helm|charts|terraform|ansible|docker|cluster|manifests)$/,
    'deployment',
  ],
  [/^(?:web|ui|frontend|client|www|public|static|assets|styles)$/, 'front end and static files'],
  [/^(?:server|backend|api|services?)$/, 'back end'],
  [/^(?:config|conf|etc|settings)$/, 'settings'],
  [/^(?:data|datasets?|fixtures)$/, 'data'],
  [/^(?:models?|notebooks)$/, 'models and notebooks'],
  [/^(?:locales?|i18n|l10n|po|translations?)$/, 'translations'],
  [/^(?:migrations?|db|database|sql)$/, 'database'],
  [/^(?:benchmarks?|bench|perf)$/, 'benchmarks'],
  [/^(?:types?|typings)$/, 'type declarations'],
  [/^(?:debian|rpm|packaging|snap|flatpak)$/, 'packaging'],
  [/^(?:licenses)$/i, 'licence texts'],
  [/\.egg-info$/, 'package metadata'],
  [/^\.pc$/, 'state of a patch tool'],
];

const extensionPurpose: Record<string, string> = {};
for (const [purpose, extensions] of Object.entries({
  'source code': 'js ts tsx jsx py go rs c cc cpp h hpp java rb php swift kt cs scala',
  documentation: 'md rst txt adoc',
  pictures: 'png jpg svg gif webp',
  data: 'json csv yaml yml xml',
}))
  for (const extension of extensions.split(' ')) extensionPurpose[extension] = purpose;

/** What a top-level folder is for, by its name or else by most of its files. */
export function purposeOf(name: string, files: readonly FileEntry[]): string {
  const byName = purposes.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
  if (byName !== undefined) return byName;
  const kinds = new Counter();
  for (const file of files)
    kinds.add(Object.hasOwn(extensionPurpose, file.ext) ? (extensionPurpose[file.ext] ?? 'other') : 'other');
  const [top] = kinds.top();
  return top && top[0] !== 'other' && top[1] * 2 > files.length
    ? `${top[0]}, by most of its files`
    : 'not clear from its name';
}

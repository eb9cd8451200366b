import { isDockerfile } from '../core/classify';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { Counter } from '../core/counter';
import { count, listed } from '../core/text';
import { maxYaml, parseYaml } from '../core/yaml';
import { checkWorkflow } from '../operations/actions';
import { checkCompose } from '../operations/compose';
import { checkDockerfile } from '../operations/dockerfile';
import { checkKubernetes } from '../operations/kubernetes';
import { report, type Report } from '../operations/report';
import { checkTerraform } from '../operations/terraform';

/** Files whose presence is told, without a look inside. */
const known: [RegExp, string][] = [
  [/^\.gitlab-ci\.ya?ml$/, 'GitLab CI'],
  [/^\.circleci\/config\.ya?ml$/, 'CircleCI'],
  [/^\.travis\.yml$/, 'Travis CI'],
  [/(?:^|\/)Jenkinsfile(?:\.\w+)?$/, 'Jenkins'],
  [/(?:^|\/)cloudbuild\.(?:ya?ml|json)$/, 'Cloud Build'],
  [/(?:^|\/)azure-pipelines\.ya?ml$/, 'Azure Pipelines'],
  [/^bitbucket-pipelines\.yml$/, 'Bitbucket Pipelines'],
  [/^\.drone\.ya?ml$/, 'Drone'],
  [/^\.?appveyor\.yml$/, 'AppVeyor'],
  [/^\.cirrus\.ya?ml$/, 'Cirrus CI'],
  [/^\.woodpecker(?:\.ya?ml|\/.+\.ya?ml)$/, 'Woodpecker'],
  [/^\.buildkite\/.+\.ya?ml$/, 'Buildkite'],
  [/^\.semaphore\/.+\.ya?ml$/, 'Semaphore'],
  [/^debian\/(?:salsa-ci|gitlab-ci)\.yml$/, 'Salsa CI'],
  [/(?:^|\/)Chart\.yaml$/, 'Helm chart'],
  [/(?:^|\/)kustomization\.ya?ml$/, 'Kustomize'],
  [/(?:^|\/)Pulumi\.ya?ml$/, 'Pulumi'],
  [/(?:^|\/)(?:ansible\.cfg|playbooks?\/.+\.ya?ml)$/, 'Ansible'],
  [/(?:^|\/)skaffold\.yaml$/, 'Skaffold'],
  [/(?:^|\/)serverless\.ya?ml$/, 'Serverless'],
  [/(?:^|\/)(?:fly\.toml|vercel\.json|netlify\.toml|render\.yaml|app\.yaml|Procfile)$/, 'Hosting'],
  [/(?:^|\/)(?:Vagrantfile|\.devcontainer\/devcontainer\.json|\.devcontainer\.json)$/, 'Development machine'],
  [/^(?:\.github\/)?(?:dependabot\.ya?ml|renovate\.json5?)$/, 'Dependency updates'],
  [/(?:^|\/)[\w.@-]+\.service$/, 'systemd unit'],
];

/** Container, CI and cluster files, and what is wrong in them. */
export async function operations(context: Context): Promise<void> {
  const { section, reader, budget } = context;
  const to: Report = { context, files: [] };
  let templates = 0;
  for (const file of context.files) {
    if (file.kind !== 'file' || file.missing || file.vendored || file.generated) continue;
    await budget.breathe();
    if (budget.spent) {
      section.note('The time was spent before every file was looked at.');
      break;
    }
    const kind = known.find(([pattern]) => pattern.test(file.path))?.[1];
    if (kind !== undefined) to.files.push({ kind, file, what: file.name });
    if (isDockerfile(file.name)) {
      const text = reader.text(file);
      if (text !== undefined && !text.includes('{{')) checkDockerfile(to, file, text);
    } else if (file.ext === 'tf') checkTerraform(to, file, reader.text(file) ?? '');
    else if (file.ext === 'yml' || file.ext === 'yaml') templates += checkYaml(to, file) ? 1 : 0;
  }
  if (templates > 0)
    section.note(`${count(templates, 'YAML template')} (Helm and the like) listed as such, not parsed.`);
  summarise(to);
}

/** Examines a YAML file; true when it is a template, which no YAML parser reads. */
function checkYaml(to: Report, file: FileEntry): boolean {
  const text = to.context.reader.text(file);
  if (text === undefined) return false;
  const workflow = /^\.github\/workflows\/[^/]+$/.test(file.path);
  const compose = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/.test(file.name);
  const cluster = /^[ \t]*apiVersion:/m.test(text) && /^[ \t]*kind:/m.test(text);
  if (!workflow && !compose && !cluster) return false;
  if (!workflow && text.includes('{{')) return true;
  if (text.length > maxYaml) {
    to.context.section.note(`${file.path} is too large to be parsed as YAML.`);
    return false;
  }
  const { documents, error } = parseYaml(text);
  if (error)
    report(
      to,
      file,
      error.line,
      'yaml-broken',
      workflow ? 'high' : 'medium',
      `${file.name} is not valid YAML`,
      error.message,
      'Mend the syntax.',
    );
  const check = workflow ? checkWorkflow : compose ? checkCompose : checkKubernetes;
  for (const document of documents) check(to, file, document);
  return false;
}

function summarise({ context, files }: Report): void {
  const { section } = context;
  const kinds = new Counter();
  for (const { kind } of files) kinds.add(kind);
  for (const [kind, n] of kinds.top()) section.fact(kind, n, kind === 'Kubernetes' ? 'objects' : 'files');
  const order = ['Dockerfile', 'Compose', 'GitHub Actions'];
  const rank = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length);
  section.table(
    'Container, CI and cluster files',
    [
      ['kind', 'Kind'],
      ['path', 'File'],
      ['what', 'What'],
    ],
    files
      .sort(
        (a, b) =>
          Number(a.file.test || a.file.example) - Number(b.file.test || b.file.example) || rank(a.kind) - rank(b.kind),
      )
      .map(({ kind, file, what }) => ({ kind, path: file.path, what })),
  );
  const n = section.findingCount;
  section.summary(
    files.length === 0
      ? 'There are no container, CI or cluster files.'
      : `${listed(
          kinds.top().map(([kind, number]) => `${kind} (${number})`),
          6,
        )}; ${n === 0 ? 'nothing wrong was found' : count(n, 'finding')}.`,
  );
}

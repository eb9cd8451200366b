import { posix } from 'node:path';
import type { FileEntry } from '../core/fileIndex';
import { imageMoves, literalSecret, report, type Report } from './report';

export interface Instruction {
  name: string;
  value: string;
  line: number;
}

interface Stage {
  alias: string;
  image: string;
  line: number;
  instructions: Instruction[];
}

/** Joins continued lines, drops comments and here-documents. */
export function parseDockerfile(source: string): Instruction[] {
  const instructions: Instruction[] = [];
  const lines = source.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    let text = (lines[index] ?? '').trim();
    if (text === '' || text.startsWith('#')) continue;
    const parts: string[] = [];
    while (text.endsWith('\\') || text.endsWith('`') || (parts.length > 0 && text.startsWith('#'))) {
      if (!text.startsWith('#')) parts.push(text.slice(0, -1).trim());
      index += 1;
      if (index >= lines.length) break;
      text = (lines[index] ?? '').trim();
      if (text === '' && index < lines.length - 1) text = '\\'; // an empty line does not end a continued instruction
    }
    parts.push(index < lines.length ? text : '');
    const whole = parts.join(' ').trim();
    const space = whole.search(/\s/);
    const name = (space === -1 ? whole : whole.slice(0, space)).toUpperCase();
    const value = space === -1 ? '' : whole.slice(space).trim();
    const here = ['RUN', 'COPY', 'ADD'].includes(name) ? /<<-?["']?(\w+)["']?/.exec(value)?.[1] : undefined;
    const body: string[] = [];
    if (here !== undefined)
      while (index + 1 < lines.length && (lines[index + 1] ?? '').trim() !== here) body.push(lines[(index += 1)] ?? '');
    if (here !== undefined) index += 1;
    instructions.push({ name, value: [value, ...body].join('\n'), line: start + 1 });
  }
  return instructions;
}

function stagesOf(instructions: readonly Instruction[]): { stages: Stage[]; args: Map<string, string> } {
  const args = new Map<string, string>();
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'ARG' && stages.length === 0) {
      const match = /^(\w+)=["']?([^"'\s]*)/.exec(instruction.value);
      if (match?.[1]) args.set(match[1], match[2] ?? '');
    }
    if (instruction.name === 'FROM') {
      const words = instruction.value.split(/\s+/).filter((word) => !word.startsWith('--'));
      const alias = words[1]?.toLowerCase() === 'as' ? (words[2] ?? '') : '';
      const image = (words[0] ?? '').replace(
        /\$\{?(\w+)(?::-([^}]*))?\}?/g,
        (whole, key: string, fallback?: string) => args.get(key) ?? fallback ?? whole,
      );
      stages.push({ alias: alias.toLowerCase(), image, line: instruction.line, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return { stages, args };
}

/** The instructions of a stage after those of the stages it is built from. */
function inherited(stages: readonly Stage[], stage: Stage, depth = 0): { base: string; instructions: Instruction[] } {
  const parent = stages.find(
    (one) => one.alias !== '' && one.alias === stage.image.toLowerCase() && one.line < stage.line,
  );
  if (!parent || depth > 20) return { base: stage.image, instructions: stage.instructions };
  const above = inherited(stages, parent, depth + 1);
  return { base: above.base, instructions: [...above.instructions, ...stage.instructions] };
}

/** Examines one Dockerfile. */
export function checkDockerfile(to: Report, file: FileEntry, source: string): void {
  const instructions = parseDockerfile(source);
  const { stages } = stagesOf(instructions);
  const final = stages.at(-1);
  if (!final) {
    to.files.push({ kind: 'Dockerfile', file, what: 'no FROM' });
    return;
  }
  to.files.push({
    kind: 'Dockerfile',
    file,
    what: `${stages.length} stage${stages.length === 1 ? '' : 's'}, from ${final.image}`,
  });
  const aliases = new Set(stages.map((stage) => stage.alias).filter(Boolean));
  for (const stage of stages)
    if (!aliases.has(stage.image.toLowerCase()) && imageMoves(stage.image))
      report(
        to,
        file,
        stage.line,
        'docker-image-moves',
        'medium',
        `The base image ${stage.image} is not fixed`,
        'Without a tag, or with latest, a rebuild can bring another version.',
        'Name a version, best with its digest.',
      );
  checkUser(to, file, stages, final);
  checkFinal(to, file, inherited(stages, final).instructions);
  for (const instruction of instructions) checkInstruction(to, file, instruction);
  const copiesAll = instructions.find(
    ({ name, value }) => (name === 'COPY' || name === 'ADD') && /^(?:--(?!from)\S+\s+)*\.\/?\s/.test(value),
  );
  const ignore = [posix.join(file.dir, '.dockerignore'), '.dockerignore', `${file.path}.dockerignore`];
  if (copiesAll && !ignore.some((path) => to.context.byPath.has(path)))
    report(
      to,
      file,
      copiesAll.line,
      'docker-no-dockerignore',
      'low',
      'The whole folder is copied and there is no .dockerignore',
      '.git, local settings and build results go into the image.',
      'Add a .dockerignore.',
    );
}

function checkUser(to: Report, file: FileEntry, stages: readonly Stage[], final: Stage): void {
  const { base, instructions } = inherited(stages, final);
  const user = instructions.filter(({ name }) => name === 'USER').at(-1);
  const name = user?.value.split(':', 1)[0]?.trim();
  const runs = instructions.some((one) => one.name === 'CMD' || one.name === 'ENTRYPOINT');
  if (base === 'scratch' || /nonroot|unprivileged|rootless/i.test(base)) return;
  if (name === 'root' || name === '0' || (user === undefined && runs))
    report(
      to,
      file,
      user?.line ?? final.line,
      'docker-runs-as-root',
      'medium',
      'The container runs as root',
      user ? `The last USER is ${user.value}.` : 'There is no USER in the final stage; the base image may set one.',
      'Add a USER without rights before CMD.',
    );
}

function checkFinal(to: Report, file: FileEntry, instructions: readonly Instruction[]): void {
  const expose = instructions.find(({ name }) => name === 'EXPOSE');
  if (expose && !instructions.some(({ name }) => name === 'HEALTHCHECK'))
    report(
      to,
      file,
      expose.line,
      'docker-no-healthcheck',
      'info',
      'A service without HEALTHCHECK',
      'Docker cannot tell a hanging service from a good one. Kubernetes has probes of its own and ignores it.',
      'Add HEALTHCHECK, unless it only runs on Kubernetes.',
    );
  const dirty = instructions.find(
    ({ name, value }) =>
      name === 'RUN' &&
      /\bapt(?:-get)?\s+(?:-\S+\s+)*install\b/.test(value) &&
      !/\/var\/lib\/apt\/lists|type=cache|apt-get\s+(?:dist)?clean/.test(value),
  );
  if (dirty)
    report(
      to,
      file,
      dirty.line,
      'docker-apt-lists-kept',
      'low',
      'Package lists stay in the image',
      'apt-get install without removing /var/lib/apt/lists in the same RUN.',
      'End the RUN with `rm -rf /var/lib/apt/lists/*`.',
    );
}

function checkInstruction(to: Report, file: FileEntry, { name, value, line }: Instruction): void {
  if (name === 'ADD' && /^(?:--\S+\s+)*https?:\/\//.test(value) && !value.includes('--checksum='))
    report(
      to,
      file,
      line,
      'docker-add-url',
      'low',
      'ADD fetches an address without a checksum',
      'What comes is not verified.',
      'Use ADD --checksum=sha256:…, or curl and sha256sum in one RUN.',
    );
  if (
    name === 'RUN' &&
    /\bapt(?:-get)?\s+(?:-\S+\s+)*update\b/.test(value) &&
    !/\b(?:install|upgrade|dist-upgrade|build-dep)\b/.test(value)
  )
    report(
      to,
      file,
      line,
      'docker-apt-update-alone',
      'low',
      'apt-get update in a RUN of its own',
      'The cached layer grows old and a later install takes stale lists.',
      'Update and install in one RUN.',
    );
  if (name === 'ENV' || name === 'ARG')
    for (const [, key = '', double, single, bare] of value.matchAll(/(?:^|\s)(\w+)=(?:"([^"]*)"|'([^']*)'|(\S*))/g))
      if (literalSecret(key, double ?? single ?? bare ?? ''))
        report(
          to,
          file,
          line,
          'docker-secret-in-image',
          name === 'ENV' ? 'high' : 'medium',
          `${name} ${key} holds a literal value`,
          'Everyone with the image can read it; the value is not shown here.',
          'Give it at run time, or use RUN --mount=type=secret.',
        );
  if (name === 'ENV') {
    const old = /^(\w+)\s+([^=\s]\S*)$/.exec(value);
    if (old?.[1] && literalSecret(old[1], old[2] ?? ''))
      report(
        to,
        file,
        line,
        'docker-secret-in-image',
        'high',
        `ENV ${old[1]} holds a literal value`,
        'Everyone with the image can read it; the value is not shown here.',
        'Give it at run time.',
      );
  }
}

/** What a Dockerfile declares, as far as a build request can be held against it. */
export interface Dockerfile {
  /** Stages in order, each with its name in lower case or undefined. */
  readonly stages: readonly { readonly name: string | undefined; readonly from: string }[];
  /** Names of every ARG, before the first stage and inside the stages. */
  readonly args: ReadonlySet<string>;
  /** What is wrong with the file itself, with the line. */
  readonly faults: readonly string[];
}

// https://docs.docker.com/reference/dockerfile/#overview
const INSTRUCTIONS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

/** Reads the instructions of a Dockerfile: continuation lines, comments, the escape directive and here-documents. */
export function parseDockerfile(text: string): Dockerfile {
  const stages: { name: string | undefined; from: string }[] = [];
  const args = new Set<string>();
  const faults: string[] = [];
  for (const { line, content } of instructions(text)) {
    const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(content) ?? [];
    const instruction = word.toUpperCase();
    if (!INSTRUCTIONS.includes(instruction)) faults.push(`line ${line}: unknown instruction ${word}`);
    else if (instruction === 'FROM') {
      const [, from = '', name] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?\s*$/i.exec(rest) ?? [];
      if (from === '') faults.push(`line ${line}: FROM names no image`);
      stages.push({ name: name?.toLowerCase(), from });
    } else if (instruction === 'ARG') {
      for (const name of rest.matchAll(/(?:^|\s)([A-Za-z_]\w*)(?==|\s|$)/g)) args.add(name[1] ?? '');
    } else if (stages.length === 0) faults.push(`line ${line}: ${instruction} before the first FROM`);
  }
  if (stages.length === 0) faults.push('no FROM');
  return { stages, args, faults };
}

function* instructions(text: string): Generator<{ line: number; content: string }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escape = /^#\s*escape\s*=\s*(`|\\)\s*$/im.exec(lines.slice(0, 3).join('\n'))?.[1] ?? '\\';
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? '';
    if (first.trim() === '' || first.trimStart().startsWith('#')) continue;
    const start = index + 1;
    let content = first.trim();
    while (content.endsWith(escape) && index + 1 < lines.length) {
      const next = (lines[++index] ?? '').trim();
      content = content.slice(0, -1).trimEnd() + (next.startsWith('#') || next === '' ? ` ${escape}` : ` ${next}`);
    }
    for (const [, marker = ''] of /^(?:run|copy|add)\s/i.test(content)
      ? content.matchAll(/<<-?["']?(\w+)["']?/g)
      : []) {
      do index++;
      while (index < lines.length && (lines[index] ?? '').trim() !== marker);
    }
    yield { line: start, content };
  }
}

/** A function and its length in lines. */
export interface FunctionSpan {
  name: string;
  line: number;
  lines: number;
}

const heads: Record<string, RegExp> = {
  js: /^[ \t]*(?:export[ \t]+)?(?:default[ \t]+)?(?:async[ \t]+)?function\b[ \t*]*([\w$]*)[ \t]*\(|^[ \t]*(?:export[ \t]+)?(?:const|let|var)[ \t]+([\w$]+)[^=\n]{0,200}=[ \t]*(?:async[ \t]*)?(?:function\b|\([^)\n]{0,300}\)[^=\n]{0,100}=>)/,
  go: /^func[ \t]+(?:\([^)\n]{0,100}\)[ \t]*)?(\w+)/,
  c: /^(?!(?:typedef|struct|enum|union|else|if|for|while|switch|return|namespace|extern "C"|#)\b)[A-Za-z_][\w \t*&:<>,]{0,200}?[ \t*&]([A-Za-z_][\w:~]*)[ \t]*\([^;]{0,500}$/,
  rust: /^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?(?:const[ \t]+|async[ \t]+|unsafe[ \t]+|extern[ \t]+"[^"\n]*"[ \t]+){0,4}fn[ \t]+(\w+)/,
  java: /^[ \t]+(?:(?:public|private|protected|static|final|abstract|synchronized|override|fun|suspend|internal|open)[ \t]+){1,6}[^=;(]{0,120}?\b(\w+)[ \t]*\([^;]{0,500}$/,
  php: /^[ \t]*(?:(?:public|private|protected|static|final|abstract)[ \t]+){0,5}function[ \t]+&?(\w+)/,
};
const families: Record<string, string> = {};
for (const [family, extensions] of Object.entries({
  js: 'js mjs cjs jsx ts tsx mts cts',
  go: 'go',
  c: 'c cc cpp cxx',
  rust: 'rs',
  java: 'java kt',
  php: 'php',
}))
  for (const extension of extensions.split(' ')) families[extension] = family;

/** Functions of a text without comments: by braces, or by indentation in Python. Rough by nature: meant for the long ones. */
export function functionsOf(ext: string, code: string): FunctionSpan[] {
  const lines = code.split('\n');
  if (ext === 'py') return pythonFunctions(lines);
  const family = Object.hasOwn(families, ext) ? families[ext] : undefined;
  const head = family === undefined ? undefined : heads[family];
  return head ? braceFunctions(lines, head) : [];
}

function pythonFunctions(lines: readonly string[]): FunctionSpan[] {
  const spans: FunctionSpan[] = [];
  const open: { name: string; line: number; indent: number }[] = [];
  let last = 0;
  const close = (indent: number): void => {
    for (let top = open.at(-1); top && top.indent >= indent; top = open.at(-1)) {
      spans.push({ name: top.name, line: top.line, lines: last - top.line + 1 });
      open.pop();
    }
  };
  lines.forEach((line, index) => {
    const indent = line.search(/\S/);
    if (indent === -1) return;
    const match = /^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)/.exec(line.slice(0, 300));
    if (!/^[ \t]*[)\]}"']/.test(line)) close(indent);
    if (match?.[1]) open.push({ name: match[1], line: index + 1, indent });
    last = index + 1;
  });
  close(0);
  return spans;
}

function braceFunctions(lines: readonly string[], head: RegExp): FunctionSpan[] {
  const spans: FunctionSpan[] = [];
  let depth = 0;
  const open: { name: string; line: number; depth: number; entered: boolean }[] = [];
  lines.forEach((line, index) => {
    if (line.length > 2_000) return;
    const match = line.trim() === '' ? null : head.exec(line);
    if (match && open.length < 50)
      open.push({ name: match[1] ?? match[2] ?? '(anonymous)', line: index + 1, depth, entered: false });
    for (const c of withoutStrings(line)) {
      if (c === '{') {
        depth += 1;
        const top = open.at(-1);
        if (top && depth > top.depth) top.entered = true;
      } else if (c === '}') {
        depth = Math.max(0, depth - 1);
        for (let top = open.at(-1); top?.entered === true && depth <= top.depth; top = open.at(-1)) {
          spans.push({ name: top.name, line: top.line, lines: index + 2 - top.line });
          open.pop();
        }
      } else if (c === ';') {
        const top = open.at(-1);
        if (top && !top.entered && depth <= top.depth) open.pop(); // only a declaration
      }
    }
  });
  return spans;
}

function withoutStrings(line: string): string {
  return /["'`]/.test(line) ? line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '') : line;
}

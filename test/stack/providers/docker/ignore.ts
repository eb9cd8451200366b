/** Whether a path relative to the build context (with `/`) is left out of it. */
export type Ignored = (path: string) => boolean;

/**
 * The rules of a .dockerignore file: patterns from the context's root, `**` for any depth, `!` for exceptions, the last
 * pattern that matches decides, and what is beneath a matched folder is matched with it.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseIgnore(text: string): Ignored {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const negated = line.startsWith('!');
      const pattern = (negated ? line.slice(1) : line)
        .trim()
        .replace(/^\/+|\/+$/g, '')
        .replace(/^\.\//, '');
      return { negated, expression: toExpression(pattern), all: pattern === '.' || pattern === '' };
    });
  return (path) =>
    rules.reduce((ignored, rule) => (rule.all || rule.expression.test(path) ? !rule.negated : ignored), false);
}

function toExpression(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const letter = pattern[index] ?? '';
    if (letter === '*' && pattern[index + 1] === '*') {
      const slash = pattern[index + 2] === '/';
      source += slash ? '(?:.*/)?' : '.*';
      index += slash ? 2 : 1;
    } else if (letter === '*') source += '[^/]*';
    else if (letter === '?') source += '[^/]';
    else if (letter === '[') {
      const end = pattern.indexOf(']', index);
      source += end < 0 ? '\\[' : pattern.slice(index, end + 1);
      index = end < 0 ? index : end;
    } else source += letter.replace(/[.+^${}()|\\]/, '\\$&');
  }
  return new RegExp(`^${source}(?:/.*)?$`);
}

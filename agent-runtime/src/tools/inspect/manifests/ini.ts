/** Parses the INI dialect of Python's configparser: sections, `key = value` or `key: value`, indented continuation lines. */
export function parseIni(source: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  let key: string | undefined;
  for (const line of source.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    if (/^\s/.test(line) && current && key !== undefined) {
      current.set(key, `${current.get(key) ?? ''}\n${trimmed}`.trim());
      continue;
    }
    if (trimmed.startsWith('[') && trimmed.endsWith(']')) {
      const name = trimmed.slice(1, -1).trim();
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      key = undefined;
      continue;
    }
    const separator = trimmed.search(/[=:]/);
    if (separator <= 0 || !current) continue;
    key = trimmed.slice(0, separator).trim().toLowerCase();
    current.set(key, trimmed.slice(separator + 1).trim());
  }
  return sections;
}

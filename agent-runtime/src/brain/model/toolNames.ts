import { createHash } from 'node:crypto';

const longest = 64;

/**
 * A name for each tool that every provider takes (letters, digits, _ and -, at most 64), and the way back. Catalogue names stay as they are; `mcp/server/tool`
 * becomes `mcp__server__tool`; what would be too long or taken ends in a hash of the name.
 */
export function providerNames(tools: readonly string[]): Map<string, string> {
  const byProviderName = new Map<string, string>();
  for (const tool of tools) {
    const plain = tool.replaceAll('/', '__').replaceAll(/[^A-Za-z0-9_-]/g, '_');
    const taken = byProviderName.has(plain) || plain.length > longest;
    byProviderName.set(taken ? hashed(plain, tool) : plain, tool);
  }
  return byProviderName;
}

function hashed(plain: string, tool: string): string {
  const hash = createHash('sha256').update(tool).digest('hex').slice(0, 10);
  return `${plain.slice(0, longest - hash.length - 1)}_${hash}`;
}

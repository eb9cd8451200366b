/** The first paragraph of prose of a README: no heading, badge, picture, list of links, comment or table. */
export function firstParagraph(source: string, ext: string): string | undefined {
  let text = source.slice(0, 60_000).replace(/<!--[^]{0,4000}?-->/g, '');
  if (ext === 'md' || ext === 'markdown' || ext === 'mdx') text = text.replace(/^---\n[^]{0,5000}?\n---\n/, '');
  if (ext === 'rst') text = text.replace(/^\.\.[ \t][^\n]*(?:\n[ \t]+[^\n]*){0,200}/gm, '');
  let fenced = false;
  for (const block of text.split(/\n[ \t]*\n/)) {
    if ((block.match(/^[ \t]*(?:```|~~~)/gm)?.length ?? 0) % 2 === 1) {
      fenced = !fenced;
      continue;
    }
    if (fenced || /^[ \t]*(?:```|~~~)/.test(block)) continue;
    const prose = plain(block);
    if (prose.length >= 20 && /[a-z]{2,}\s+\S+\s+\S/i.test(prose)) return prose;
  }
  return undefined;
}

function plain(block: string): string {
  const lines = block.split('\n').filter((line, index, all) => {
    const next = all[index + 1] ?? '';
    if (/^[ \t]*(?:#{1,6}[ \t]|[=\-~*^"+]{3,}[ \t]*$|\||[-*+][ \t]|\d+[.)][ \t]|>|:\w+:|\.\. )/.test(line))
      return false;
    return !/^[ \t]*(?:={3,}|-{3,}|~{3,}|\*{3,})[ \t]*$/.test(next); // the title above an underline
  });
  return lines
    .join(' ')
    .replace(/!\[[^\]]{0,300}\]\([^)]{0,1000}\)/g, '')
    .replace(/\[\s{0,5}\](?:\([^)]{0,1000}\)|\[[^\]]{0,300}\])/g, '')
    .replace(/!\[[^\]]{0,300}\](?:\[[^\]]{0,300}\])?/g, '')
    .replace(/\[([^\][]{1,300})\](?:\([^)]{0,1000}\)|\[[^\]]{0,300}\])/g, '$1')
    .replace(/\[([^\][]{1,300})\]/g, '$1')
    .replace(/\|[\w .-]{1,60}\|_?/g, '')
    .replace(/`([^`<]{1,200}?)[ \t]*<[^>`]{1,500}>`__?/g, '$1')
    .replace(/<[^<>]{1,1000}>/g, '')
    .replace(/[*_`]{1,3}/g, '')
    .replace(/&nbsp;|\[!\[/g, ' ')
    .replace(/\s{1,100}/g, ' ')
    .trim();
}

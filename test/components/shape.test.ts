import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const folder = path.join(__dirname, '../../components');
const files = readdirSync(folder).filter(
  (file) =>
    file.endsWith('.ts') && readFileSync(path.join(folder, file), 'utf8').includes('pulumi.ComponentResource {'),
);
/** Arguments that nearly every component takes, and whose types say what they are. */
const wellKnown = ['names', 'platform'];

const exported = (node: ts.ClassDeclaration | ts.InterfaceDeclaration) =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
const comment = (node: ts.Node) =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getText())
    .join(' ');

function parts(file: string) {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const classes = source.statements.filter(ts.isClassDeclaration).filter(exported);
  const args = source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter((node) => exported(node) && node.name.text.endsWith('Args'));
  return { text, classes, args };
}

describe.each(files)('components/%s', (file) => {
  const { text, classes, args } = parts(file);
  const name = classes[0]?.name?.text ?? '';

  it('is one component with one set of arguments, named after the file', () => {
    expect(classes.map((node) => node.heritageClauses?.[0]?.getText())).toEqual(['extends pulumi.ComponentResource']);
    expect(name.toLowerCase()).toBe(path.basename(file, '.ts').toLowerCase());
    expect(args.map((node) => node.name.text)).toEqual([`${name}Args`]);
    expect(text).toContain(`'agent-factory:components:${name}'`);
  });

  it('tells what it makes and what each argument means', () => {
    const undocumented = classes.filter((node) => comment(node) === '').map((node) => node.name?.text);
    const members = args.flatMap((node) => node.members.filter(ts.isPropertySignature));
    const unnamed = members
      .filter((member) => !wellKnown.includes(member.name.getText()) && comment(member) === '')
      .map((member) => member.name.getText());
    expect([...undocumented, ...unnamed]).toEqual([]);
  });

  it('says what an optional argument defaults to', () => {
    const members = args.flatMap((node) => node.members.filter(ts.isPropertySignature));
    const silent = members
      .filter((member) => member.questionToken !== undefined && !comment(member).includes('Defaults to'))
      .map((member) => member.name.getText());
    expect(silent).toEqual([]);
  });

  it('registers its outputs', () => {
    expect(text.match(/this\.registerOutputs\(/g)).toHaveLength(1);
  });
});

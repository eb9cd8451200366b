import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as TypeScript from 'typescript';
import type { ObjectSchema, Property, Shape } from './model';

type Compiler = typeof TypeScript;

/** Parsed declaration files of one Pulumi package: interfaces, classes and constant enums by name. */
export interface Declarations {
  /** The properties of an interface or class, or undefined when the file declares none of that name. */
  object(name: string): ObjectSchema | undefined;
}

/** Loads the compiler of the checkout only when something must be parsed: a cached schema needs none. */
export function loadCompiler(root: string): Compiler {
  // createRequire is untyped by nature; the module is what its name says.
  return createRequire(join(root, 'package.json'))('typescript') as Compiler;
}

/**
 * Reads a generated declaration file. Names inside `declare namespace x` are given as `x.Name`.
 * @param enums the strings of a named enum of the package, for properties that are declared with one
 */
export function parseDeclarations(
  compiler: Compiler,
  text: string,
  enums: (name: string) => string[] | undefined,
): Declarations {
  const source = compiler.createSourceFile('types.d.ts', text, compiler.ScriptTarget.Latest, false);
  const found = new Map<string, TypeScript.InterfaceDeclaration | TypeScript.ClassDeclaration>();
  const collect = (nodes: readonly TypeScript.Node[], prefix: string): void => {
    for (const node of nodes) {
      if (compiler.isModuleDeclaration(node) && node.body !== undefined && compiler.isModuleBlock(node.body)) {
        collect(node.body.statements, `${prefix}${node.name.text}.`);
      } else if ((compiler.isInterfaceDeclaration(node) || compiler.isClassDeclaration(node)) && node.name) {
        found.set(prefix + node.name.text, node);
      }
    }
  };
  collect(source.statements, '');
  return {
    object: (name) => {
      const node = found.get(name);
      if (node === undefined) return undefined;
      const entries: [string, Property][] = [];
      for (const member of node.members) {
        if (!compiler.isPropertySignature(member) && !compiler.isPropertyDeclaration(member)) continue;
        if (isStatic(compiler, member) || member.type === undefined) continue;
        const { shape, optional } = shapeOf(compiler, source, member.type, enums);
        const required = member.questionToken === undefined && !optional;
        const comment = text.slice(member.pos, member.getStart(source));
        const oneOf = shape.oneOf ?? possibleValues(comment);
        const preset = defaultOf(comment, shape.shape);
        entries.push([
          propertyName(member.name.getText(source)),
          {
            shape: shape.shape,
            required,
            ...(oneOf === undefined ? {} : { oneOf }),
            ...(preset === undefined ? {} : { default: preset }),
            ...(isImmutable(comment) && { immutable: true }),
          },
        ]);
      }
      return Object.fromEntries(entries);
    },
  };
}

/** The strings of every `const X: { readonly A: "a" }` of an enums file. */
export function parseEnums(compiler: Compiler, text: string): Map<string, string[]> {
  const source = compiler.createSourceFile('enums.d.ts', text, compiler.ScriptTarget.Latest, false);
  const result = new Map<string, string[]>();
  const collect = (node: TypeScript.Node): void => {
    if (compiler.isVariableDeclaration(node) && node.type !== undefined && compiler.isTypeLiteralNode(node.type)) {
      const literals = [...node.type.getText(source).matchAll(/: "([^"]*)"/g)].map((match) => match[1] ?? '');
      result.set(node.name.getText(source), literals);
    }
    compiler.forEachChild(node, collect);
  };
  collect(source);
  return result;
}

function isStatic(compiler: Compiler, member: TypeScript.PropertySignature | TypeScript.PropertyDeclaration): boolean {
  return member.modifiers?.some((modifier) => modifier.kind === compiler.SyntaxKind.StaticKeyword) ?? false;
}

function propertyName(text: string): string {
  return text.replace(/^["']|["']$/g, '');
}

interface Found {
  readonly shape: { readonly shape: Shape; readonly oneOf?: string[] };
  readonly optional: boolean;
}

/** Unwraps `pulumi.Input<…>`, `pulumi.Output<…>` and `… | undefined`; what is left is one of few forms. */
function shapeOf(
  compiler: Compiler,
  source: TypeScript.SourceFile,
  node: TypeScript.TypeNode,
  enums: (name: string) => string[] | undefined,
): Found {
  const { SyntaxKind } = compiler;
  const known = (shape: Shape): Found => ({ shape: { shape }, optional: false });
  const inner = (part: TypeScript.TypeNode) => shapeOf(compiler, source, part, enums).shape.shape;
  if (node.kind === SyntaxKind.StringKeyword) return known({ kind: 'string' });
  if (node.kind === SyntaxKind.NumberKeyword) return known({ kind: 'number' });
  if (node.kind === SyntaxKind.BooleanKeyword) return known({ kind: 'boolean' });
  if (compiler.isUnionTypeNode(node)) {
    const parts = node.types.filter((part) => part.kind !== SyntaxKind.UndefinedKeyword);
    const only = parts.length === 1 ? parts[0] : undefined;
    const optional = parts.length < node.types.length;
    return only === undefined
      ? { ...known({ kind: 'any' }), optional }
      : { ...shapeOf(compiler, source, only, enums), optional };
  }
  if (compiler.isArrayTypeNode(node)) return known({ kind: 'array', of: inner(node.elementType) });
  if (compiler.isTypeLiteralNode(node)) {
    const [member] = node.members;
    if (member !== undefined && compiler.isIndexSignatureDeclaration(member)) {
      return known({ kind: 'map', of: inner(member.type) });
    }
  }
  if (compiler.isTypeReferenceNode(node)) {
    const name = node.typeName.getText(source);
    const [argument] = node.typeArguments ?? [];
    if ((name === 'pulumi.Input' || name === 'pulumi.Output') && argument !== undefined) {
      return shapeOf(compiler, source, argument, enums);
    }
    const nested = /^(?:inputs|outputs)\.(.+)$/.exec(name)?.[1];
    if (nested !== undefined) return known({ kind: 'object', ref: nested });
    const oneOf = /^enums\.(.+)$/.exec(name)?.[1];
    if (oneOf !== undefined) {
      const values = enums(oneOf);
      return { shape: { shape: { kind: 'string' }, ...(values && { oneOf: values }) }, optional: false };
    }
  }
  return known({ kind: 'any' });
}

/** The generated words for what can only be set at creation. */
function isImmutable(comment: string): boolean {
  const flat = comment.replace(/\s*\n\s*\*\s?/g, ' ').replace(/\/\*\*\s*/, '');
  return (
    /^\s*(?:Required\. |Optional\. |Input only\. )*Immutable\./.test(flat) ||
    /Changing this (?:field )?forces a new (?:resource|service account) to be created/i.test(flat)
  );
}

/** The list of the generated sentence "Possible values are: `A`, `B`." (for arrays "Each value may be one of: …"). */
function possibleValues(comment: string): string[] | undefined {
  const flat = comment.replace(/\s*\n\s*\*\s?/g, ' ');
  const list = /(?:Possible values are|Each value may be one of): ((?:`[^`]*`(?:, |\.))+)/.exec(flat)?.[1];
  if (list === undefined) return undefined;
  return [...list.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? '');
}

/** The value of the generated sentence "Default value is `X`." where it fits the shape. */
function defaultOf(comment: string, shape: Shape): string | number | boolean | undefined {
  const text = /Default value is `([^`]*)`\./.exec(comment)?.[1];
  if (text === undefined) return undefined;
  if (shape.kind === 'string') return text;
  if (shape.kind === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (shape.kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return undefined;
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { agentTypes } from '@agent-factory/contract';
import type { Command } from 'commander';
import { z } from 'zod';
import { makeProgram } from '../../cli/src/program';
import { alerts } from '../../components/settings/observability/alerts';
import { configSchema } from '../../infra/config/schema';
import { commandsOf, inlineCode, pages, root, type Page } from './pages';

const written = pages();
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))).scripts;

/** What of each page does not hold, as `file: what`. */
const wrong = (find: (page: Page) => string[]): string[] =>
  written.flatMap((page) => find(page).map((what) => `${page.file}: ${what}`));

test('every npm script that a page names is there', () => {
  const missing = wrong((page) =>
    commandsOf(page)
      .flatMap((line) => [...line.matchAll(/npm run (?:--silent |-s )?([\w:-]+)/g)])
      .map(([, name = '']) => name)
      .filter((name) => scripts[name] === undefined),
  );
  expect(missing).toEqual([]);
  expect(scripts).toHaveProperty(['pulumi'], 'pulumi'); // so that it runs with the Node of the lock file
});

test('every verb of factory that a page names is there, with the options that it is given', () => {
  const program = makeProgram(() => Promise.resolve(), '0.0.0');
  const missing = wrong((page) =>
    commandsOf(page)
      .flatMap((line) => [...line.matchAll(/(?:npx factory|^factory|\bfactory(?= bootstrap)) ([a-z]+)([^|;&#)]*)/g)])
      .flatMap(([line, verb = '', rest = '']) => {
        const command = program.commands.find((known) => known.name() === verb);
        if (command === undefined) return verb === 'help' ? [] : [line];
        return unknownOptions(command, rest);
      }),
  );
  expect(missing).toEqual([]);
});

test('every file that a page names is there', () => {
  const missing = wrong(({ file, text }) => [
    ...[...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(path.join(root, path.dirname(file), link))),
    ...inlineCode(text)
      .filter((code) =>
        /^(\.github|\.ci|cli|components|contract|dispatcher|agent-runtime|infra|test|docs|examples)\/[\w./-]+$/.test(
          code,
        ),
      )
      .filter((code) => !existsSync(path.join(root, code))),
  ]);
  expect(missing).toEqual([]);
});

test('every key of a stack’s configuration that a page names is there', () => {
  const schema = z.toJSONSchema(configSchema(agentTypes), { io: 'input', unrepresentable: 'any' });
  const keys = Object.keys(configSchema(agentTypes).shape);
  const missing = wrong((page) =>
    [...inlineCode(page.text), ...commandsOf(page).flatMap(settings)]
      .map((code) => code.replace(/:.*$/, ''))
      .filter((code) => /^[a-zA-Z]+(\.[a-zA-Z<>]+)*$/.test(code) && keys.includes(code.split('.')[0] ?? ''))
      .filter((code) => !holds(schema, code.split('.'))),
  );
  expect(missing).toEqual([]);
});

test('every alert that a page quotes is one', () => {
  const scope = { project: 'p', cluster: 'c', types: agentTypes.map(({ name }) => name), database: 'd' };
  const names = alerts({ ...scope, queue: { kind: 'redis', instance: 'i' } }).map(({ name }) => name);
  const missing = wrong(({ text }) =>
    [...text.matchAll(/[Tt]he alert (?:is )?"([^"]+)"/g)]
      .map(([, name = '']) => name)
      .filter((name) => !names.includes(name)),
  );
  expect(missing).toEqual([]);
});

test('the pages name what they should, so that these tests look at something', () => {
  const all = written.flatMap(commandsOf).join('\n');
  for (const part of ['npm run pulumi', 'npm run capacity', 'factory bootstrap', 'config set --path images.source'])
    expect(all).toContain(part);
  expect(written.map(({ file }) => file)).toContain('docs/runbook.md');
});

/** Long options of a command line that the verb does not know. */
function unknownOptions(command: Command, rest: string): string[] {
  const known = [...command.options, ...command.commands.flatMap(({ options }) => options)].map(({ long }) => long);
  return [...rest.matchAll(/(?:^|\s)(--[a-z-]+)/g)]
    .map(([, option = '']) => option)
    .filter((option) => !known.includes(option))
    .map((option) => `${command.name()} ${option}`);
}

/** Keys that a command line sets. */
function settings(line: string): string[] {
  return [...line.matchAll(/config set (?:--path )?(?:--secret )?([a-zA-Z.]+)(?= )/g)].map(([, key = '']) => key);
}

/** Whether a JSON Schema has a path; a key of a map is any, and `<name>` stands for one. */
function holds(schema: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (typeof schema !== 'object' || schema === null) return false;
  const { properties, additionalProperties, anyOf, oneOf, allOf } = schema as Record<string, unknown>; // any schema is an object
  const named: Record<string, unknown> = typeof properties === 'object' && properties !== null ? { ...properties } : {};
  const own = named[key];
  return (
    (own !== undefined && holds(own, rest)) ||
    (key.startsWith('<') && Object.values(named).some((any) => holds(any, rest))) ||
    (own === undefined && typeof additionalProperties === 'object' && holds(additionalProperties, rest)) ||
    [anyOf, oneOf, allOf].some((several) => Array.isArray(several) && several.some((one) => holds(one, [key, ...rest])))
  );
}

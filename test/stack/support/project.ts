import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { root } from './engines';

/** What the program needs beside Pulumi.yaml; linked, so that the sources under test are those of the checkout. */
const linked = [
  'package.json',
  'tsconfig.json',
  'node_modules',
  'contract',
  'components',
  'infra',
  'dispatcher',
  'agent-runtime',
];
const stackFiles = ['Pulumi.dev.yaml', 'Pulumi.staging.yaml', 'Pulumi.prod.yaml'];

export type ConfigValues = Record<string, unknown>;

/** A project folder of its own, so that the engine writes its keys into copies of the stacks' files. */
export class ProjectFolder {
  readonly #root = mkdtempSync(path.join(tmpdir(), 'factory-stack-'));
  readonly path = path.join(this.#root, 'project');

  constructor() {
    mkdirSync(this.path);
    for (const name of linked) symlinkSync(path.join(root, name), path.join(this.path, name));
    for (const name of ['Pulumi.yaml', ...stackFiles]) copyFileSync(path.join(root, name), path.join(this.path, name));
  }

  /** A folder beside the project, made when it is not there. */
  folder(name: string): string {
    const folder = path.join(this.#root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Changes configuration keys of a stack's file; `undefined` takes one away. Short keys belong to the project. */
  configure(stack: string, values: ConfigValues): void {
    const file = path.join(this.path, `Pulumi.${stack}.yaml`);
    const content = parse(readFileSync(file, 'utf8')) as { config?: ConfigValues }; // our own file
    const config: ConfigValues = { ...content.config };
    for (const [key, value] of Object.entries(values)) {
      const full = key.includes(':') ? key : `agent-factory:${key}`;
      if (value === undefined) delete config[full];
      else config[full] = value;
    }
    writeFileSync(file, stringify({ ...content, config }));
  }

  /** Gives a stack the configuration of another, beside the keys that the engine wrote into its own. */
  copyStack(from: string, to: string): void {
    const read = (stack: string) => parse(readFileSync(path.join(this.path, `Pulumi.${stack}.yaml`), 'utf8')) as object; // our own files
    writeFileSync(path.join(this.path, `Pulumi.${to}.yaml`), stringify({ ...read(from), ...read(to) }));
  }

  /** What a stack's file says of a key. */
  configured(stack: string, key: string): unknown {
    const content = parse(readFileSync(path.join(this.path, `Pulumi.${stack}.yaml`), 'utf8')) as {
      config?: ConfigValues;
    }; // our own file
    return content.config?.[`agent-factory:${key}`];
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

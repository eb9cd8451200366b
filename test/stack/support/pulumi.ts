import { spawn } from 'node:child_process';
import path from 'node:path';
import { engineFolders, root } from './engines';
import type { ProjectFolder } from './project';

export interface Run {
  code: number;
  /** What it printed, standard output and error as they came. */
  output: string;
  seconds: number;
}

const limitMs = 300_000;

/** The Pulumi command line over a project folder, with its own backend, passphrase and plugins. */
export class Pulumi {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #folder: string;

  constructor(
    project: ProjectFolder,
    options: { plugins?: readonly string[]; env?: Readonly<Record<string, string>>; folder?: string } = {},
  ) {
    const { plugins = [], env = {}, folder = project.path } = options;
    this.#folder = folder;
    const sdk = path.join(root, 'node_modules/@pulumi/pulumi'); // pulumi-resource-pulumi-nodejs ships inside
    this.#environment = {
      ...process.env,
      NODE_OPTIONS: '',
      PATH: [...plugins, ...engineFolders(), path.join(root, 'node_modules/.bin'), sdk, process.env['PATH']].join(
        path.delimiter,
      ),
      PULUMI_BACKEND_URL: `file://${project.folder('backend')}`,
      PULUMI_HOME: project.folder('home'),
      PULUMI_CONFIG_PASSPHRASE: 'a passphrase of the test',
      PULUMI_SKIP_UPDATE_CHECK: '1',
      // What Pulumi.yaml says in runtime.options.tsconfig; the language host of the tests is older than that option.
      ...(folder === project.path && { PULUMI_NODEJS_TSCONFIG_PATH: 'infra/tsconfig.json' }),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      ...env,
    };
  }

  /** Runs `pulumi` with these arguments in the project's folder, at most five minutes. */
  async run(...args: string[]): Promise<Run> {
    const started = performance.now();
    const child = spawn('pulumi', [...args, '--non-interactive', '--color', 'never'], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exit, signal) => resolve(exit ?? (signal === null ? 1 : 128)));
    });
    return { code, output, seconds: (performance.now() - started) / 1_000 };
  }

  /** Runs and throws with what was printed when it did not succeed. */
  async succeed(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.code !== 0) throw new Error(`pulumi ${args.join(' ')} exited with ${run.code}:\n${run.output}`);
    return run;
  }

  /** Outputs of a stack, secrets shown. */
  async outputs(stack: string): Promise<Record<string, unknown>> {
    const { output } = await this.succeed('stack', 'output', '--json', '--show-secrets', '--stack', stack);
    return JSON.parse(output.slice(output.indexOf('{'))) as Record<string, unknown>; // JSON by the engine
  }

  /** The state of a stack as the backend keeps it: secrets encrypted. */
  async state(stack: string): Promise<State> {
    const { output } = await this.succeed('stack', 'export', '--stack', stack);
    return (JSON.parse(output.slice(output.indexOf('{'))) as { deployment: State }).deployment; // JSON by the engine
  }
}

interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  protect?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  custom: boolean;
}

export interface State {
  resources?: StateResource[];
}

import { FactoryClient } from '../../../cli/src/client/factory';
import { factoryPaths } from '../../../cli/src/local/paths';
import { makeProgram } from '../../../cli/src/program';
import type { Ui } from '../../../cli/src/output/ui';

/** What a verb said and answered when it ran in this process. */
export interface Ran {
  code: number | undefined;
  error: unknown;
  /** What stdout got: values with --json, texts without. */
  out: unknown[];
  warnings: string[];
}

/** Runs a verb in this process, as one of a factory at `url`. */
export async function runVerb(url: string, folder: string, args: readonly string[]): Promise<Ran> {
  const json = args.includes('--json');
  const ran: Ran = { code: undefined, error: undefined, out: [], warnings: [] };
  const ui: Ui = {
    json,
    interactive: false,
    redraws: false,
    columns: 80,
    answer: (value, text) => void ran.out.push(json ? value : text),
    line: (value, text) => void ran.out.push(json ? value : text),
    say: () => {},
    warn: (text) => void ran.warnings.push(text),
    status: () => {},
  };
  const { signal } = new AbortController();
  const program = makeProgram(async (verb, command) => {
    try {
      const client = (): FactoryClient => new FactoryClient({ url, token: 't' }, { signal });
      ran.code = await verb({ ui, folder, signal, client, paths: () => factoryPaths(folder) }, command);
    } catch (error) {
      ran.error = error;
    }
  }, '0.0.0');
  await program.parseAsync(args, { from: 'user' });
  return ran;
}

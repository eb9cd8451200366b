import type { Aspect, Section } from '@agent-factory/contract';
import { backend } from './aspects/backend';
import { dependenciesLicences } from './aspects/dependenciesLicences';
import { frontend } from './aspects/frontend';
import { hotspots } from './aspects/hotspots';
import { interfaces } from './aspects/interfaces';
import { languagesHistory } from './aspects/languagesHistory';
import { modelsData } from './aspects/modelsData';
import { operations } from './aspects/operations';
import { overview } from './aspects/overview';
import { python } from './aspects/python';
import { security } from './aspects/security';
import { tests } from './aspects/tests';
import { noteSkipped, openContext, type Context } from './core/context';
import { defaultLimits, type InspectLimits } from './core/limits';

interface AspectRecord {
  title: string;
  run: (context: Context) => Promise<void>;
}

const records: Record<Aspect, AspectRecord> = {
  languages_history: { title: 'Languages and history', run: languagesHistory },
  dependencies_licences: { title: 'Dependencies and licences', run: dependenciesLicences },
  security: { title: 'Security', run: security },
  operations: { title: 'Containers, CI and clusters', run: operations },
  tests: { title: 'Tests', run: tests },
  hotspots: { title: 'Hot spots', run: hotspots },
  interfaces: { title: 'Interfaces and links', run: interfaces },
  models_data: { title: 'Models and data', run: modelsData },
  frontend: { title: 'Front end', run: frontend },
  backend: { title: 'Back end', run: backend },
  python: { title: 'Python', run: python },
  overview: { title: 'Overview', run: overview },
};

/** How an inspection may be bounded and stopped. */
export interface InspectOptions {
  signal?: AbortSignal | undefined;
  /** Overrides of `defaultLimits`. */
  limits?: Partial<InspectLimits> | undefined;
}

/**
 * Examines one aspect of the Git checkout at `root`: what Git tracks, as it is in the working tree. Reads only, runs nothing of the
 * repository and calls no network. Throws FactoryError TOOL_FAILED when `root` is not the top of a checkout, and the signal's reason
 * when it is aborted.
 */
export async function inspect(aspect: Aspect, root: string, options: InspectOptions = {}): Promise<Section> {
  options.signal?.throwIfAborted();
  const limits = { ...defaultLimits, ...options.limits };
  const context = await openContext(aspect, records[aspect].title, root, limits, options.signal);
  await records[aspect].run(context);
  noteSkipped(context);
  return context.section.build();
}

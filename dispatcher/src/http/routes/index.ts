import type { HttpDeps } from '../deps';
import type { App } from '../types';
import { agentRoutes } from './agents';
import { artifactRoutes } from './artifacts';
import { documentRoutes } from './documents';
import { eventRoutes } from './events';
import { healthRoutes } from './health';
import { metricsRoute } from './metrics';
import { modelRoutes } from './models';
import { taskRoutes } from './tasks';
import { typeRoutes } from './types';

/** Every route of the roles that this dispatcher has. */
export async function registerRoutes(app: App, deps: HttpDeps): Promise<void> {
  healthRoutes(app, deps);
  documentRoutes(app);
  metricsRoute(app, deps);
  const { serve } = deps;
  if (serve === undefined) return;
  taskRoutes(app, serve);
  eventRoutes(app, serve);
  typeRoutes(app, serve);
  agentRoutes(app, serve);
  modelRoutes(app, serve);
  await artifactRoutes(app, serve);
}

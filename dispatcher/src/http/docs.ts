import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { App } from './types';

/** The page's files when they lie beside the program, as the build puts them; otherwise the package finds its own. */
const docsFolderName = 'swagger-ui';

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The browsable page of the API at /docs. It loads nothing from elsewhere. */
export async function registerDocs(app: App): Promise<void> {
  const beside = path.join(__dirname, docsFolderName);
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await scope.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      staticCSP: contentSecurityPolicy,
      theme: { title: 'Agent Factory API' },
      uiConfig: { persistAuthorization: false, docExpansion: 'list', layout: 'BaseLayout' },
      logo,
      ...(existsSync(beside) ? { baseDir: beside } : {}),
    });
  });
}

/** Not shown in this layout; without one the package reads its own from beside its source, where a bundle has none. */
const logo = { type: 'image/svg+xml', content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') };

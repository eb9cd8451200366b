import { cp, mkdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Bundles the dispatcher into `{outdir}/main.cjs` for Node 24, with what it reads at run time beside it.
 * Answers the path of the bundle, its size in bytes and esbuild's metafile.
 */
export async function build(outdir) {
  await mkdir(outdir, { recursive: true });
  const outfile = path.join(outdir, 'main.cjs');
  const { metafile } = await esbuild({
    entryPoints: [path.join(here, 'src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    sourcemap: 'linked',
    sourcesContent: false,
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  await copyBeside(outdir);
  const { size } = await stat(outfile);
  return { outfile, size, metafile };
}

/** Files that are read by path at run time, which a bundle does not hold. */
async function copyBeside(outdir) {
  const swaggerUi = path.dirname(require.resolve('@fastify/swagger-ui/package.json'));
  await cp(path.join(swaggerUi, 'static'), path.join(outdir, 'swagger-ui'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  });
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const { outfile, size } = await build(path.resolve(process.argv[2] ?? path.join(here, 'dist')));
  const milliseconds = Math.round(performance.now() - started);
  process.stdout.write(`${outfile}: ${(size / 1e6).toFixed(1)} MB in ${milliseconds} ms\n`);
}

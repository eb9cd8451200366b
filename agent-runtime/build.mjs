import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));

/** zod brings its messages in 50 languages; the one that it takes by default is enough, and twelve agents start faster and smaller. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.(js|cjs)$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

/**
 * Bundles the agent (`{outdir}/agent.cjs`) and its tools process (`{outdir}/tools.cjs`) for Node 24. The agent finds its tools beside itself.
 * Modules that are required inside functions stay unexecuted until then, so an idle agent never runs the AI SDK.
 * Answers the paths of both, their size in bytes together and esbuild's metafile.
 */
export async function build(outdir) {
  await mkdir(outdir, { recursive: true });
  const { metafile } = await esbuild({
    entryPoints: { agent: path.join(here, 'src/main.ts'), tools: path.join(here, 'src/tools/main.ts') },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Names stay readable in stack traces; what is shorter is read faster at start.
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: false,
    legalComments: 'none',
    plugins: [englishOnly],
    metafile: true,
    logLevel: 'warning',
  });
  const [agent, tools] = [path.join(outdir, 'agent.cjs'), path.join(outdir, 'tools.cjs')];
  const sizes = await Promise.all([agent, tools].map(async (file) => (await stat(file)).size));
  return { agent, tools, outfile: agent, size: sizes.reduce((sum, size) => sum + size, 0), metafile };
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const { agent, tools, size } = await build(path.resolve(process.argv[2] ?? path.join(here, 'dist')));
  const milliseconds = Math.round(performance.now() - started);
  process.stdout.write(`${agent} and ${tools}: ${(size / 1e6).toFixed(1)} MB in ${milliseconds} ms\n`);
}

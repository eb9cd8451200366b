const envPatterns: Record<string, RegExp[]> = {};
for (const [extensions, patterns] of [
  [
    'js mjs cjs jsx ts tsx mts cts vue svelte astro',
    [
      /\bprocess\.env\.([A-Z_][A-Z0-9_]{0,80})\b/gi,
      /\bprocess\.env\[["'`]([A-Z_][A-Z0-9_]{0,80})["'`]\]/gi,
      /\bimport\.meta\.env\.([A-Z_][A-Z0-9_]{0,80})\b/gi,
      /\b(?:Deno|Bun)\.env(?:\.get\(["']|\.)([A-Z_][A-Z0-9_]{0,80})/gi,
    ],
  ],
  [
    'py',
    [
      /\bos\.environ(?:\.get\(|\.setdefault\(|\.pop\(|\[)[ \t]{0,5}["']([A-Za-z_]\w{0,80})["']/g,
      /\bgetenv\([ \t]{0,5}["']([A-Za-z_]\w{0,80})["']/g,
    ],
  ],
  ['go', [/\bos\.(?:Getenv|LookupEnv)\([ \t]{0,5}"([A-Za-z_]\w{0,80})"/g]],
  ['rs', [/\benv(?:::var(?:_os)?\([ \t]{0,5}|!\([ \t]{0,5}|::var_os\()"([A-Za-z_]\w{0,80})"/g]],
  ['java kt scala groovy', [/\bSystem\.getenv\([ \t]{0,5}"([A-Za-z_]\w{0,80})"/g]],
  ['rb', [/\bENV(?:\.fetch\([ \t]{0,5}|\[)["']([A-Za-z_]\w{0,80})["']/g]],
  ['php', [/\b(?:getenv|env)\([ \t]{0,5}["']([A-Za-z_]\w{0,80})["']/g, /\$_ENV\[["']([A-Za-z_]\w{0,80})["']\]/g]],
  ['c h cc cpp cxx hpp', [/\b(?:secure_)?getenv\([ \t]{0,5}"([A-Za-z_]\w{0,80})"/g]],
  ['cs', [/\bGetEnvironmentVariable\([ \t]{0,5}"([A-Za-z_]\w{0,80})"/g]],
] as [string, RegExp[]][])
  for (const extension of extensions.split(' ')) envPatterns[extension] = patterns;

/** Names of environment variables that code (comments blanked) reads by a literal name. */
export function environmentReads(ext: string, code: string): string[] {
  const names = new Set<string>();
  for (const pattern of Object.hasOwn(envPatterns, ext) ? (envPatterns[ext] ?? []) : [])
    for (const match of code.matchAll(pattern)) if (match[1] !== undefined) names.add(match[1]);
  return [...names];
}

/** A route of a server, as code declares it. */
export interface Route {
  method: string;
  path: string;
  offset: number;
}

interface RoutePattern {
  exts: string[];
  /** One of these must be in the file. */
  needs: string[];
  pattern: RegExp;
}

const js = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'];
const routePatterns: RoutePattern[] = [
  {
    exts: js,
    needs: ['express', 'fastify', 'koa', 'hono', 'polka', 'restify', 'outer'],
    pattern:
      /\b(?:app|router|server|fastify|api|route[rs]?|instance|web)\.(get|post|put|patch|delete|all)\([ \t\n]{0,20}["'`](\/[^"'`\n]{0,200})["'`][ \t\n]{0,20},/g,
  },
  {
    exts: ['ts', 'js'],
    needs: ['@nestjs/common'],
    pattern: /@(Get|Post|Put|Patch|Delete|All)\([ \t]{0,5}(?:["'`]([^"'`\n]{0,200})["'`])?[ \t]{0,5}\)/g,
  },
  {
    exts: ['py'],
    needs: ['flask', 'Flask', 'Blueprint', 'fastapi', 'FastAPI', 'APIRouter', 'sanic', 'bottle', 'litestar'],
    pattern:
      /^[ \t]*@\w{1,60}(?:\.\w{1,60})?\.(route|get|post|put|patch|delete|websocket)\([ \t\n]{0,20}["']([^"'\n]{0,200})["']/gm,
  },
  {
    exts: ['py'],
    needs: ['urlpatterns'],
    pattern:
      /^[ \t]*(?:[\w.]{1,60}[ \t]{0,5}=[ \t]{0,5}\[)?[ \t]{0,20}(re_path|path|url)\([ \t\n]{0,40}r?["']([^"'\n]{0,200})["'][ \t\n]{0,20},/gm,
  },
  {
    exts: ['go'],
    needs: ['net/http', 'gin', 'echo', 'fiber', 'chi', 'mux'],
    pattern:
      /\.(GET|POST|PUT|PATCH|DELETE|Any|Get|Post|Put|Patch|Delete|HandleFunc|Handle)\([ \t]{0,5}"((?:[A-Z]{3,7} )?\/[^"\n]{0,200})"[ \t]{0,5},/g,
  },
  {
    exts: ['java', 'kt'],
    needs: ['Mapping'],
    pattern:
      /@(Get|Post|Put|Patch|Delete|Request)Mapping\((?:[ \t]{0,5}(?:value|path)[ \t]{0,5}=)?[ \t]{0,5}\{?[ \t]{0,5}"([^"\n]{0,200})"/g,
  },
  {
    exts: ['rs'],
    needs: ['axum', 'actix_web', 'rocket', 'warp', 'poem'],
    pattern: /(?:\.(route)\([ \t]{0,5}|#\[(get|post|put|patch|delete)\()"(\/[^"\n]{0,200})"/g,
  },
  {
    exts: ['rb'],
    needs: ['sinatra', 'Sinatra', 'routes.draw', 'grape', 'Grape'],
    pattern: /^[ \t]{0,40}(get|post|put|patch|delete)[ \t(]{1,5}["']([^"'\n]{0,200})["']/gm,
  },
  {
    exts: ['php'],
    needs: ['Route', 'Slim'],
    pattern: /(?:Route::|\$app->|#\[Route\()(get|post|put|patch|delete|any)?\(?[ \t]{0,5}["']([^"'\n]{0,200})["']/g,
  },
];

/** Routes that code (comments blanked) declares with a literal path; at most 500 a file. */
export function routesOf(ext: string, code: string): Route[] {
  const routes: Route[] = [];
  for (const { exts, needs, pattern } of routePatterns) {
    if (!exts.includes(ext) || !needs.some((word) => code.includes(word))) continue;
    for (const match of code.matchAll(pattern)) {
      if (routes.length >= 500) return routes;
      const word = (match[3] === undefined ? match[1] : (match[1] ?? match[2])) ?? 'any';
      const path = match[3] ?? match[2] ?? '';
      const method = /^(?:route|path|re_path|url|all|any|request|handle(?:func)?)$/i.test(word)
        ? 'any'
        : word.toUpperCase();
      routes.push({ method, path: path === '' ? '/' : path, offset: match.index });
    }
  }
  return routes;
}

const portPattern =
  /\.(?:listen|Run|ListenAndServe(?:TLS)?|Start|bind)\([ \t\n]{0,10}(?:(?:Number|parseInt)?\(?[ \t]{0,3}process\.env\.\w{1,40}[ \t]{0,3}(?:\|\||\?\?)[ \t]{0,3})?["'`]?(?:[\w.]{0,40}:)?(\d{2,5})["'`]?|\bport[ \t]{0,5}[:=][ \t]{0,5}(?:(?:Number|parseInt)?\(?[ \t]{0,3}process\.env\.\w{1,40}[ \t]{0,3}(?:\|\||\?\?)[ \t]{0,3})?["']?(\d{2,5})\b/gi;

/** Ports that code names beside listen, run or port. */
export function portsOf(code: string): number[] {
  const ports = new Set<number>();
  for (const match of code.matchAll(portPattern)) {
    const port = Number(match[1] ?? match[2]);
    if (port >= 80 && port <= 65_535) ports.add(port);
  }
  return [...ports];
}

const entryPatterns: Record<string, [RegExp, string]> = {
  go: [/^func main\(\)/m, 'func main'],
  rs: [/^(?:pub )?(?:async )?fn main\(\)/m, 'fn main'],
  java: [/\bpublic static void main\(/, 'main method'],
  kt: [/^(?:suspend )?fun main\(/m, 'fun main'],
  c: [/^(?:int[ \t]+|void[ \t]+)?main[ \t]*\([^;{]{0,300}\)[ \t\n]*\{/m, 'main()'],
  cc: [/^(?:int[ \t]+|auto[ \t]+)?main[ \t]*\([^;{]{0,300}\)[^;{]{0,40}\{/m, 'main()'],
  cs: [/\bstatic (?:async )?(?:void|int|Task|Task<int>) Main\(/, 'Main method'],
  py: [/^if __name__[ \t]*==[ \t]*["']__main__["']/m, 'if __name__ == "__main__"'],
};

/** What starts a program in this file, or undefined. */
export function entryOf(ext: string, code: string): string | undefined {
  const key = ext === 'cpp' || ext === 'cxx' ? 'cc' : ext;
  const found = Object.hasOwn(entryPatterns, key) ? entryPatterns[key] : undefined;
  return found?.[0].test(code) === true ? found[1] : undefined;
}

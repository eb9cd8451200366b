import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The Go modules that the schemas come from; their sums are in go.sum beside this file. */
const modules = {
  kubernetes: 'k8s.io/kubernetes@v1.34.4',
  gatewayApi: 'sigs.k8s.io/gateway-api@v1.4.1',
  keda: 'github.com/kedacore/keda/v2@v2.21.0',
} as const;

export type ModuleName = keyof typeof modules;

const downloadTimeoutMs = 600_000;

/** Downloads the modules (nothing to do when Go's own cache has them) and says where each is. */
export async function moduleDirectories(): Promise<Record<ModuleName, string>> {
  const names = Object.keys(modules) as ModuleName[]; // the keys of a constant of this file
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', ...Object.values(modules)], {
    cwd: __dirname,
    timeout: downloadTimeoutMs,
    maxBuffer: 1 << 20,
  }).catch((cause: unknown) => {
    throw new Error(
      'Kubernetes schemas need Go and its module proxy once: `go mod download` failed. Install Go 1.26 or set GOPROXY.',
      {
        cause,
      },
    );
  });
  const found = new Map<string, string>();
  // One JSON object after the other, each ending with a brace at the start of a line.
  for (const text of stdout.split(/(?<=^\})\n/m).filter((part) => part.trim() !== '')) {
    const { Path, Version, Dir } = JSON.parse(text) as { Path: string; Version: string; Dir: string }; // `go help mod download`
    found.set(`${Path}@${Version}`, Dir);
  }
  return Object.fromEntries(names.map((name) => [name, found.get(modules[name]) ?? ''])) as Record<ModuleName, string>;
}

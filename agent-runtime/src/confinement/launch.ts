import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bubblewrapArguments, inside } from './bubblewrap';
import type { Confinement } from './confinement';
import { hostFacts } from './host';
import { seccompFilter } from './seccomp';
import { seatbeltProfile } from './seatbelt';

/** What a tools process is started with; paths are the host's. */
export interface LaunchRequest {
  node: string;
  script: string;
  workspace: string;
  /** Private folder of the session, short; it gets `run/` with the sockets. */
  base: string;
  /** Random word that marks the processes of this session. */
  session: string;
  /** Bytes of memory of all programs together. */
  memoryBytes: number;
}

/** How to start it. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** NUL-separated arguments that bwrap reads from file descriptor 4: on its command line the sandbox could read paths of the host. */
  hiddenArguments: Buffer | undefined;
  /** The filter of system calls that bwrap reads from file descriptor 5. */
  seccomp: Buffer | undefined;
  /** The workspace and the folder of sockets, as the tools process sees them. */
  workspace: string;
  run: string;
  /** Whether its processes are all the processes it can see. */
  pidNamespace: boolean;
}

/** Bounds that hold where the kernel enforces them; 512-byte or 1,024-byte blocks by shell. `$1` is the most processes, or empty. */
const limiter = [
  'ulimit -c 0 2>/dev/null',
  'ulimit -f 8388608 2>/dev/null',
  'if [ -n "$1" ]; then ulimit -u "$1" 2>/dev/null || ulimit -p "$1" 2>/dev/null; fi',
  'shift',
  'exec "$@"',
].join('\n');
const maxProcesses = '1024';

const etcFiles: Record<string, string> = {
  passwd: 'root:x:0:0::/:/bin/sh\nagent:x:1000:1000::/workspace/.home:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n',
  group: 'root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

/** Plans the start of a tools process and makes the folders that it needs. */
export async function planLaunch(confinement: Confinement, request: LaunchRequest): Promise<Launch> {
  const run = join(request.base, 'run');
  await mkdir(run, { mode: 0o700, recursive: true });
  const env = {
    LANG: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    FACTORY_CALL: request.session,
  };
  if (confinement.kind === 'bubblewrap') {
    const etc = join(request.base, 'etc');
    await mkdir(etc, { mode: 0o700, recursive: true });
    await Promise.all(Object.entries(etcFiles).map(([name, text]) => writeFile(join(etc, name), text)));
    const host = await hostFacts();
    const seccomp = confinement.unfiltered === undefined ? seccompFilter(process.arch) : undefined;
    const args = bubblewrapArguments(confinement, host, {
      node: await realpath(request.node),
      script: await realpath(request.script),
      workspace: await realpath(request.workspace),
      run,
      etc,
      memoryBytes: request.memoryBytes,
      env: {
        ...env,
        PATH: [...host.path, '/opt/factory/bin'].join(':'),
        HOME: `${inside.workspace}/.home`,
        TMPDIR: '/tmp',
        TOOL_SOCKET: `${inside.run}/tools.sock`,
        FACTORY_PID_NAMESPACE: '1',
      },
    });
    return {
      command: confinement.program,
      args: [
        '--info-fd',
        '3',
        '--args',
        '4',
        ...(seccomp === undefined ? [] : ['--seccomp', '5']),
        '/bin/sh',
        '-c',
        limiter,
        'sh',
        maxProcesses,
        inside.node,
        inside.script,
        '--once',
      ],
      env: {},
      hiddenArguments: Buffer.from(`${args.join('\0')}\0`),
      seccomp,
      workspace: inside.workspace,
      run: inside.run,
      pidNamespace: true,
    };
  }
  const workspace = await realpath(request.workspace);
  const seatbelt =
    confinement.kind === 'seatbelt'
      ? [
          confinement.program,
          '-p',
          seatbeltProfile({
            workspace,
            run: await realpath(run),
            node: await realpath(request.node),
            script: await realpath(request.script),
            home: homedir(),
          }),
        ]
      : [];
  const program = ['/bin/sh', '-c', limiter, 'sh', '', request.node, request.script, '--once'];
  const [command = '/bin/sh', ...args] = [...seatbelt, ...program];
  return {
    command,
    args,
    env: {
      ...env,
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: join(workspace, '.home'),
      TMPDIR: join(workspace, '.home', 'tmp'),
      TOOL_SOCKET: join(run, 'tools.sock'),
    },
    hiddenArguments: undefined,
    seccomp: undefined,
    workspace,
    run,
    pidNamespace: false,
  };
}

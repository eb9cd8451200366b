import { createServer } from 'node:http';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Harness, output, sh } from './harness';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';

/** Stands for the agent: it holds a token in a file, in its environment and in its memory, while its tools look for it. */
const harness = new Harness();
const token = `token-${process.pid}-${Math.random().toString(36).slice(2)}`;
let session: ToolSession;
let workspace: string;
let outside: string;
beforeAll(async () => {
  process.env.FACTORY_TOKEN = token;
  outside = await harness.folder();
  await writeFile(join(outside, 'token'), token, { mode: 0o600 });
  await mkdir(join(outside, 'open'), { mode: 0o777 });
  ({ session, workspace } = await harness.session());
});
afterAll(async () => {
  delete process.env.FACTORY_TOKEN;
  await harness.end();
});

/** What the look found, errors and all: the token must be nowhere in it. */
async function look(script: string, args: string[] = []): Promise<string> {
  const seen = await sh(session, script, { args, timeout_ms: 25_000 });
  expect(seen).not.toContain(token);
  return seen;
}

test('the token’s file, and every file of the host outside, does not exist', async () => {
  expect(await look('cat "$1"', [join(outside, 'token')])).toMatch(/No such file/);
  expect(
    await look('ls -d "$@" 2>/dev/null', [
      outside,
      homedir(),
      '/home',
      '/root',
      '/srv',
      '/mnt',
      '/media',
      '/boot',
      '/sys',
      '/etc/shadow',
      '/etc/ssh',
      '/etc/ssl/private',
      process.cwd(),
    ]),
  ).toBe('');
  expect((await look('grep -rsl -- "$1" /etc /run /tmp /var /opt /workspace', [token.slice(0, 9)])).trim()).toBe('');
});

test('the environment of no process holds the token', async () => {
  await look('cat /proc/*/environ /proc/*/task/*/environ 2>/dev/null | tr "\\0" "\\n"; env');
  expect(await look('cat /proc/1/environ | wc -c')).toBe('0\n');
});

test('the agent’s process is not among those that can be seen, read or signalled', async () => {
  const pids = (await look('ls /proc | grep -E "^[0-9]+$"')).trim().split('\n').map(Number);
  expect(pids.length).toBeLessThan(8);
  // A process of this number may exist inside, but it is never this one: none of them carries our command line.
  const lines = await look('cat /proc/*/cmdline | tr "\\0" " "');
  expect(lines).not.toContain(process.argv[1]);
  expect(lines).not.toContain(workspace);
  await look('cat /proc/$PPID/environ /proc/$PPID/mem /proc/$PPID/maps /proc/1/mem /proc/1/maps 2>&1 | head -c 1000');
  expect(await look('kill -0 "$1" 2>&1; echo $?', [String(process.pid + 1_000_000)])).toMatch(/\n1\n$|^1\n/);
});

test('the memory of what can be seen does not hold the token, nor can it be read beyond the tools themselves', async () => {
  // The program below reads every readable mapping of every process it can see.
  const scan = `
    const fs = require('fs'); let hit = 0, read = 0;
    const needle = Buffer.from(process.argv[2].split('').reverse().join(''));
    for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid)) {
      let maps, fd; try { maps = fs.readFileSync('/proc/' + pid + '/maps', 'latin1'); fd = fs.openSync('/proc/' + pid + '/mem', 'r'); } catch { continue; }
      for (const line of maps.split('\\n')) {
        const m = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line); if (!m) continue;
        const from = parseInt(m[1], 16), size = Math.min(parseInt(m[2], 16) - from, 1 << 26);
        try { const b = Buffer.alloc(size); const n = fs.readSync(fd, b, 0, size, from); read += n; if (b.subarray(0, n).includes(needle)) hit += 1; } catch {}
      }
    }
    console.log(JSON.stringify({ hit, read: read > 0 }));`;
  await writeFile(join(workspace, 'scan.cjs'), scan);
  // The needle is handed over reversed: the arguments of the call must not be what is found.
  const reversed = token.split('').toReversed().join('');
  expect(JSON.parse(await look('exec /opt/factory/bin/node scan.cjs "$1"', [reversed]))).toEqual({
    hit: 0,
    read: true,
  });
}, 60_000);

test('nothing of the host can be written but the workspace', async () => {
  const places = ['/usr/x', '/etc/x', '/x', '/opt/factory/x', '/proc/sys/kernel/hostname', join(outside, 'open/x')];
  for (const place of places) await look('{ echo x > "$1"; } 2>/dev/null', [place]);
  expect(await look('for f do { echo x > "$f"; } 2>/dev/null && echo "$f"; done', places)).toBe('');
  expect(await readdir(join(outside, 'open'))).toEqual([]);
  await look('echo kept > kept');
  expect(await readFile(join(workspace, 'kept'), 'utf8')).toBe('kept\n');
});

test('no switch of the kernel can be turned, though root started the sandbox', async () => {
  const writable =
    "find /proc -xdev -regextype posix-extended -not -regex '/proc/([0-9]+|self|thread-self)(/.*)?' -writable -exec test -f {} \\; -print 2>/dev/null; find /proc/sys -type f -writable 2>/dev/null";
  expect(await look(writable)).toBe('');
  const before = await readFile('/proc/sys/kernel/core_pattern', 'utf8');
  await look('echo "|/workspace/own" > /proc/sys/kernel/core_pattern; mount -o remount,rw /proc/sys; umount /proc/sys');
  expect(await readFile('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  expect(await look('cat /proc/kallsyms /proc/keys; ls /sys')).toMatch(
    /^(cat: .*Permission denied\n){2}ls: cannot access/,
  );
});

test('a link in the workspace leads nowhere', async () => {
  await symlink(join(outside, 'token'), join(workspace, 'stolen'));
  expect(await look('cat stolen')).toMatch(/No such file/);
  for (const tool of ['read_file', 'search'])
    expect(await session.call({ tool, input: { path: 'stolen', pattern: 'token' } })).not.toMatchObject({
      outcome: 'ok',
    });
  expect(await session.call({ tool: 'read_file', input: { path: 'stolen' } })).not.toMatchObject({ outcome: 'ok' });
});

test('no service of this machine can be reached', async () => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.end(token);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has an address object
  const program = `const s=require('net').connect(${port},process.argv[1]);s.on('connect',()=>console.log('reached'));s.on('error',(e)=>console.log(e.code))`;
  expect(await look('for host in 127.0.0.1 0.0.0.0; do /opt/factory/bin/node -e "$1" $host; done', [program])).toBe(
    'ECONNREFUSED\nECONNREFUSED\n',
  );
  expect(await look('/opt/factory/bin/node -e "$1" 192.0.2.1', [program])).toMatch(/ENETUNREACH/);
  expect(await session.call({ tool: 'http_fetch', input: { url: `http://127.0.0.1:${port}/` } })).toMatchObject({
    outcome: 'refused',
    code: 'TOOL_REFUSED',
  });
  expect(heard).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});

test('it is an ordinary user without capabilities, and cannot become more', async () => {
  expect(await look('id -u; grep -E "Cap(Prm|Eff|Amb)|NoNewPrivs" /proc/self/status | tr -d "\\t"')).toBe(
    '1000\nCapPrm:0000000000000000\nCapEff:0000000000000000\nCapAmb:0000000000000000\nNoNewPrivs:1\n',
  );
  expect(await look('unshare -U true 2>&1; mount -t tmpfs x /tmp 2>&1; chroot / true 2>&1')).toMatch(
    /unshare failed[\s\S]*must be superuser[\s\S]*not permitted/,
  );
});

/** One system call by its number, run by perl: what it answered, and the number of its error. */
async function systemCall(...args: (string | number)[]): Promise<string> {
  return look(
    'perl -e \'my @a = map { /^-?\\d+$/ ? $_ + 0 : $_ } @ARGV; $! = 0; my $r = syscall(shift(@a), @a); print $r, " ", $! + 0\' -- "$@"',
    args.map(String),
  );
}

/** Numbers of x86_64 and of aarch64. */
const numbers =
  process.arch === 'x64'
    ? {
        mmap: 9,
        getpid: 39,
        addKey: 248,
        requestKey: 249,
        keyctl: 250,
        bpf: 321,
        ring: 425,
        perf: 298,
        fault: 323,
        socket: 41,
      }
    : {
        mmap: 222,
        getpid: 172,
        addKey: 217,
        requestKey: 218,
        keyctl: 219,
        bpf: 280,
        ring: 425,
        perf: 241,
        fault: 282,
        socket: 198,
      };

test('the keys that the kernel keeps for the agent’s user can be neither found, read nor added to', async () => {
  const refusal = '-1 1';
  const keyctlGetKeyringId = 0;
  const sessionKeyring = -3;
  expect(await systemCall(numbers.keyctl, keyctlGetKeyringId, sessionKeyring, 0)).toBe(refusal);
  expect(await systemCall(numbers.addKey, 'user', 'left', 'behind', 6, sessionKeyring)).toBe(refusal);
  expect(await systemCall(numbers.requestKey, 'user', 'left', 0, 0)).toBe(refusal);
});

test('the parts of the kernel that no namespace holds are shut; the rest works', async () => {
  for (const call of [numbers.bpf, numbers.ring, numbers.perf, numbers.fault])
    expect(await systemCall(call, 0, 0, 0, 0, 0)).toBe('-1 1');
  expect(await systemCall(numbers.getpid)).toMatch(/^[1-9]\d* \d+$/);
  const [vsock, packet, unix, inet6, netlink] = [40, 17, 1, 10, 16];
  for (const family of [vsock, packet]) expect(await systemCall(numbers.socket, family, 1, 0)).toBe('-1 97');
  for (const family of [unix, inet6]) expect(await systemCall(numbers.socket, family, 1, 0)).toMatch(/^[1-9]/);
  expect(await systemCall(numbers.socket, netlink, 3, 0)).toMatch(/^[1-9]/);
});

(process.arch === 'x64' ? test : test.skip)('the x32 table of system calls is no way round', async () => {
  expect(await systemCall(0x40000000 + numbers.keyctl, 0, -3, 0)).toBe('-1 1');
  expect(await systemCall(0x40000000 + numbers.getpid)).toBe('-1 1');
});

test('memory is bounded for all programs together', async () => {
  const script = 'const held=[];setInterval(()=>{held.push(Buffer.alloc(1e7,1))},10)';
  const { session: small } = await harness.session({ memoryBytes: 300_000_000 });
  const outcome = await small.call({
    tool: 'shell',
    input: { argv: ['/opt/factory/bin/node', '-e', script], timeout_ms: 30_000 },
  });
  expect(outcome).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
  expect(outcome.outcome === 'ok' ? '' : outcome.message).toMatch(/more than 286 MiB of memory/);
}, 60_000);

test('shared memory is bounded too, by the same limit', async () => {
  const { session: small } = await harness.session({ memoryBytes: 150_000_000 });
  const [readWrite, sharedAnonymousPopulated] = [3, 0x8021];
  const program = `my $r = syscall(${numbers.mmap}, 0, 200 * 1048576, ${readWrite}, ${sharedAnonymousPopulated}, -1, 0); sleep 30`;
  const held = await small.call({
    tool: 'shell',
    input: { argv: ['perl', '-e', program], timeout_ms: 20_000 },
  });
  expect(held).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
  expect(held.outcome === 'ok' ? '' : held.message).toMatch(/more than 143 MiB of memory/);
}, 60_000);

test('the folder of devices holds nothing', async () => {
  expect(await look('{ echo x > /dev/x; } 2>&1; mkdir /dev/y 2>&1; echo x > /dev/null && echo fine')).toMatch(
    /Read-only file system\n.*Read-only file system\nfine\n$/,
  );
});

test('one file cannot grow without end, and no core is left', async () => {
  expect(await look('ulimit -c; ulimit -f')).toBe('0\n8388608\n');
});

test('the door of the tools process is shut behind the agent', async () => {
  expect(await look('ls -A /run/factory')).toBe('');
});

test('a tool runs when it is asked to', async () => {
  expect(output(await session.call({ tool: 'shell', input: { argv: ['true'] } })).exit_code).toBe(0);
});

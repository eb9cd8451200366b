import * as fc from 'fast-check';
import { posix } from 'node:path';
import { isPublicAddress } from '../../../agent-runtime/src/tools/egress/addresses';
import { parseAllowed, permissionFor } from '../../../agent-runtime/src/tools/egress/allowList';
import { allowedAddress, splitAuthority } from '../../../agent-runtime/src/tools/egress/target';
import { encodeFrame, FrameDecoder, maxFrameBytes } from '../../../agent-runtime/src/tools/framing';
import { splitGitArguments } from '../../../agent-runtime/src/tools/builtin/git';
import { GrepLines } from '../../../agent-runtime/src/tools/builtin/grepLines';
import { storageConfig } from '../../../agent-runtime/src/tools/unpack/neutralise';
import { globMatcher } from '../../../agent-runtime/src/tools/workspace/glob';
import { relativePath } from '../../../agent-runtime/src/tools/workspace/paths';
import { carriesMark } from '../../../agent-runtime/src/tools/process/sweep';

describe('frames', () => {
  test('come out as they went in, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json(), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (values, cuts) => {
          const bytes = Buffer.concat(values.map((value) => encodeFrame(value)));
          const decoder = new FrameDecoder();
          const seen: unknown[] = [];
          for (let from = 0, cut = 0; from < bytes.length; cut += 1) {
            const length = cuts[cut % cuts.length] ?? 1;
            seen.push(...decoder.push(bytes.subarray(from, from + length)));
            from += length;
          }
          expect(seen).toEqual(values);
        },
      ),
    );
  });

  test('past the bound are refused by both sides, before they are held', () => {
    expect(() => encodeFrame('x'.repeat(maxFrameBytes))).toThrow(RangeError);
    expect(() => new FrameDecoder().push(Buffer.from([255, 255, 255, 255]))).toThrow(RangeError);
  });
});

describe('paths', () => {
  test('whatever is let through stays below the workspace', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'b', '...', '..a', ' ');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const path = parts.join('/');
        let normal: string;
        try {
          normal = relativePath(path);
        } catch {
          return;
        }
        expect(posix.join('/w', normal) === '/w' || posix.join('/w', normal).startsWith('/w/')).toBe(true);
        expect(posix.join('/w', path).replace(/\/$/, '')).toBe(posix.join('/w', normal).replace(/\/$/, ''));
      }),
    );
  });
});

describe('globs', () => {
  test.each([
    ['*.ts', 'a/b/c.ts', true],
    ['*.ts', 'a.tsx', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a/b.ts', false],
    ['src/**/*.ts', 'src/b.ts', true],
    ['src/**', 'src/a/b', true],
    ['**/x/**', 'a/x/b', true],
    ['./src/?.{ts,js}', 'src/a.js', true],
    ['{a,b{1,2}}', 'b2', true],
    ['[a]', '[a]', true],
    ['', 'a', false],
  ])('%s on %s: %s', (glob, path, expected) => expect(globMatcher(glob)(path)).toBe(expected));

  test('agree with their definition by regular expression', () => {
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(glob, name, (pattern, text) => {
        fc.pre(pattern !== '**');
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(globMatcher(pattern)(text)).toBe(expression.test(text));
      }),
    );
  });

  test('a pattern made to explode does not', () => {
    expect(globMatcher(`${'*a'.repeat(250)}b`)('a'.repeat(255))).toBe(false);
    expect(globMatcher(`${'**/a/'.repeat(100)}b`)('a/'.repeat(400))).toBe(false);
    expect(globMatcher('{a,b}'.repeat(100))('x')).toBe(false);
  });
});

describe('the allow-list', () => {
  const judge = (list: string[], host: string, port: number): string =>
    permissionFor(list.map(parseAllowed), host, port);

  test.each([
    [['pypi.org'], 'pypi.org', 443, 'public'],
    [['pypi.org'], 'PyPI.org.', 80, 'public'],
    [['pypi.org'], 'pypi.org', 8080, 'no'],
    [['pypi.org'], 'evilpypi.org', 443, 'no'],
    [['pypi.org'], 'pypi.org.evil.com', 443, 'no'],
    [['*.pypi.org'], 'a.b.pypi.org', 443, 'public'],
    [['*.pypi.org'], 'pypi.org', 443, 'no'],
    [['*.pypi.org:8443'], 'a.pypi.org', 8443, 'public'],
    [['127.0.0.1:9000'], '127.0.0.1', 9000, 'exact'],
    [['127.0.0.1'], '127.0.0.1', 80, 'public'],
    [['localhost:9000'], 'localhost', 9001, 'no'],
    [['[::1]:9000'], '::1', 9000, 'exact'],
    [[], 'pypi.org', 443, 'no'],
  ])('%j judges %s:%d as %s', (list, host, port, expected) => expect(judge(list, host, port)).toBe(expected));

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'not an address',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));
  test.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  test('a name that leads to a private address is refused unless the list names host and port', async () => {
    const rebound = async (): Promise<string[]> => ['169.254.169.254'];
    await expect(allowedAddress([parseAllowed('metadata.test')], 'metadata.test', 80, rebound)).rejects.toThrow(
      'no public address',
    );
    await expect(allowedAddress([parseAllowed('metadata.test:80')], 'metadata.test', 80, rebound)).resolves.toBe(
      '169.254.169.254',
    );
    await expect(allowedAddress([parseAllowed('127.0.0.1')], '127.0.0.1', 80, rebound)).rejects.toThrow(
      'no public address',
    );
  });

  test('an authority that is not host:port is none', () => {
    expect(splitAuthority('[::1]:80')).toEqual({ host: '::1', port: 80 });
    for (const bad of ['', 'a', 'a:0', 'a:70000', 'a b:80', 'a@b:80', 'http://a:80'])
      expect(splitAuthority(bad)).toBeUndefined();
  });
});

describe('git arguments', () => {
  test('harmless options pass, folders are taken out', () => {
    expect(splitGitArguments(['--no-pager', '-C', 'a', '-C', 'b', 'log', '-1'])).toEqual({
      folders: ['a', 'b'],
      rest: ['--no-pager', 'log', '-1'],
    });
    expect(splitGitArguments(['-C', '--no-pager', 'log'])).toEqual({ folders: ['--no-pager'], rest: ['log'] });
  });
  test.each([['-c'], ['--exec-path=/tmp'], ['--config-env=a=b'], ['--git-dir=/x'], ['-p']])(
    '%s before the command is refused',
    (option) => {
      expect(() => splitGitArguments([option, 'status'])).toThrow('TOOL_REFUSED');
    },
  );
});

test('of a configuration only how the repository is stored remains', () => {
  const hostile =
    '[core]\n\tfsmonitor = touch x\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n[filter "x"]\n\tsmudge = touch x\n';
  expect(storageConfig(hostile, false)).toBe(
    '[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\tobjectformat = sha256\n',
  );
  expect(storageConfig('', true)).toBe('[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
});

test('lines of grep are read across chunks', () => {
  const seen: unknown[] = [];
  const lines = new GrepLines((found) => seen.push(found) > 0);
  for (const byte of Buffer.from('a b.ts\x0012:text: more\nbroken\nc\x003:ü\n')) lines.push(Buffer.from([byte]));
  expect(seen).toEqual([
    { path: 'a b.ts', line: 12, text: 'text: more' },
    { path: 'c', line: 3, text: 'ü' },
  ]);
});

test('a mark is that of the session, of its calls, and of no other', () => {
  expect(carriesMark('A=1\0FACTORY_CALL=s\0', 's')).toBe(true);
  expect(carriesMark('FACTORY_CALL=s.7\0A=1\0', 's')).toBe(true);
  expect(carriesMark('FACTORY_CALL=s.70\0', 's.7')).toBe(false);
  expect(carriesMark('XFACTORY_CALL=s\0FACTORY_CALL=sx\0', 's')).toBe(false);
});

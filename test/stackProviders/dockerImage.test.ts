import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDockerfile } from '../stack/providers/docker/dockerfile';
import { parseIgnore } from '../stack/providers/docker/ignore';
import { createDockerProvider } from '../stack/providers/docker/provider';
import { unmarked } from '../stack/providers/shared/provider';
import { openSchemas } from '../stack/providers/shared/schema/cache';
import { UNKNOWN, type Marked, type ValueObject } from '../stack/providers/shared/values';
import { changed, type Change } from './support/change';
import { target } from './support/gcpCloud';

const IMAGE = 'docker:index/image:Image';
const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG BASE=node:24
FROM \${BASE} AS build
ARG AGENT_TYPE VERSION=1
RUN <<EOS
FROM is no instruction here
EOS
RUN echo $AGENT_TYPE \\
  # a comment in between
  && true
FROM --platform=linux/amd64 build AS Agent
COPY . .
`;

const schemas = openSchemas('@pulumi/docker');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-stand-in-'));
  write('app/Dockerfile', DOCKERFILE);
  write('app/.dockerignore', 'node_modules\n*.log\n!keep.log\n');
  write('app/src/main.ts', 'one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const conforming: ValueObject = {
  imageName: 'europe-west4-docker.pkg.dev/my-project/factory/agent:v1',
  build: {
    context: './app',
    dockerfile: './app/Dockerfile',
    target: 'agent',
    platform: 'linux/amd64',
    args: { AGENT_TYPE: 'python', BASE: 'x', HTTPS_PROXY: 'y' },
  },
  registry: { server: 'europe-west4-docker.pkg.dev', username: 'oauth2accesstoken', password: 'tok3n' },
};

test('a conforming build passes, known or not', async () => {
  expect(await failures(conforming)).toEqual([]);
  expect(await failures({ imageName: UNKNOWN, build: UNKNOWN })).toEqual([]);
  expect(await failures(changed(conforming, { 'build.args.AGENT_TYPE': UNKNOWN, 'build.target': UNKNOWN }))).toEqual(
    [],
  );
});

test.each<[Change, string, RegExp]>([
  [{ imageName: undefined }, 'imageName', /is required/],
  [{ imageName: 'Factory/Agent' }, 'imageName', /is not an image name/],
  [{ imageName: 'factory/agent:v 1' }, 'imageName', /is not an image name/],
  [{ 'build.context': './nowhere' }, 'build.context', /does not exist/],
  [{ 'build.context': './app/Dockerfile' }, 'build.context', /is no folder/],
  [{ 'build.dockerfile': './app/Dockerfile.prod' }, 'build.dockerfile', /could not open dockerfile/],
  [{ 'build.target': 'agnet' }, 'build.target', /could not be found; there are: build, agent/],
  [{ 'build.platform': 'amd64' }, 'build.platform', /os\/architecture/],
  [{ 'build.platform': 'linux/x86' }, 'build.platform', /os\/architecture/],
  [{ 'build.args.AGENT_TIPE': 'x' }, 'build.args.AGENT_TIPE', /did you mean AGENT_TYPE/],
  [{ 'build.contxt': '.' }, 'build.contxt', /did you mean "context"/],
  [{ 'build.builderVersion': 'BuilderV2' }, 'build.builderVersion', /BuilderBuildKit/],
  [{ 'registry.password': undefined }, 'registry.password', /is required with username/],
  [{ skipPush: 'yes' }, 'skipPush', /expected a boolean/],
])('%j is refused at %s', async (change, property, words) => {
  expect(await failures(changed(conforming, change))).toEqual([{ property, reason: expect.stringMatching(words) }]);
});

test('a secret argument does not stand in a refusal', async () => {
  const value = changed(conforming, { imageName: 'Bad/hunter2' });
  const result = await check({ value, secrets: new Set(['imageName']) });
  expect(JSON.stringify(result.failures)).not.toContain('hunter2');
});

test('the digest stands for the context: what is ignored does not count, everything else does', async () => {
  const first = await digest();
  write('app/debug.log', 'noise');
  write('app/node_modules/x/index.js', 'noise');
  expect(await digest()).toBe(first);
  write('app/keep.log', 'signal');
  const second = await digest();
  write('app/src/main.ts', 'two');
  const third = await digest();
  chmodSync(join(folder, 'app/src/main.ts'), 0o755);
  const fourth = await digest();
  const target = await digest({ 'build.target': 'build' });
  const args = await digest({ 'build.args.AGENT_TYPE': 'go' });
  expect(new Set([first, second, third, fourth, target, args]).size).toBe(6);
  expect(first).toMatch(/^europe-west4-docker\.pkg\.dev\/my-project\/factory\/agent@sha256:[0-9a-f]{64}$/);
  expect(await digest({ skipPush: true })).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('an unchanged context is no difference, a changed file is one, another password none', async () => {
  const { inputs } = await check(unmarked(conforming));
  expect(await differences(inputs, (await check(unmarked(conforming))).inputs)).toEqual([]);
  const rotated = changed(conforming, { 'registry.password': 'other' });
  expect(await differences(inputs, (await check(unmarked(rotated))).inputs)).toEqual([]);
  write('app/src/main.ts', 'changed');
  expect(await differences(inputs, (await check(unmarked(conforming))).inputs)).toEqual([
    ['build.contextDigest', { kind: 'update', replace: false }],
  ]);
});

test('a preview knows no digest, unless it is asked to build', async () => {
  const preview = async (inputs: ValueObject) =>
    (await provider().create({ ...target(IMAGE), inputs: unmarked(inputs), preview: true })).state.value['repoDigest'];
  expect(await preview(conforming)).toBe(UNKNOWN);
  expect(await preview({ ...conforming, buildOnPreview: true })).toBe(await digest());
});

test('builds are written down without a value of an argument or the registry’s password', async () => {
  const inputs: Marked = { value: conforming, secrets: new Set(['registry.password', 'build.args.AGENT_TYPE']) };
  const { id, state } = await provider().create({ ...target(IMAGE), inputs, preview: false });
  const builds = readFileSync(join(folder, 'state/builds.jsonl'), 'utf8');
  expect(JSON.parse(builds)).toMatchObject({
    imageName: conforming['imageName'],
    target: 'agent',
    args: ['AGENT_TYPE', 'BASE', 'HTTPS_PROXY'],
    pushed: true,
  });
  const read = await provider().read({ ...target(IMAGE), id, state, inputs });
  expect([read?.state.value, read?.inputs.value]).toEqual([state.value, conforming]);
  const files = [builds, readFileSync(join(folder, 'state/calls.jsonl'), 'utf8')].join('\n');
  expect(files).not.toMatch(/tok3n|python/);
});

test('stages, arguments and faults of a Dockerfile', () => {
  const file = parseDockerfile(DOCKERFILE);
  expect(file.stages).toEqual([
    { name: 'build', from: '${BASE}' },
    { name: 'agent', from: 'build' },
  ]);
  expect([[...file.args], file.faults]).toEqual([['BASE', 'AGENT_TYPE', 'VERSION'], []]);
  expect(parseDockerfile('RUM true\n').faults).toEqual(['line 1: unknown instruction RUM', 'no FROM']);
  expect(parseDockerfile('RUN true\nFROM x\n').faults).toEqual(['line 1: RUN before the first FROM']);
  expect(parseDockerfile('# escape=`\nFROM x\nRUN a `\n b\n').faults).toEqual([]);
});

test.each([
  ['node_modules', 'node_modules/a/b.js', true],
  ['node_modules', 'src/node_modules/a.js', false],
  ['**/node_modules', 'src/node_modules/a.js', true],
  ['*.log', 'a.log', true],
  ['*.log', 'src/a.log', false],
  ['**/*.log', 'src/deep/a.log', true],
  ['src/?.ts', 'src/a.ts', true],
  ['src/[ab].ts', 'src/c.ts', false],
  ['/dist', 'dist/x', true],
  ['*\n!README.md', 'README.md', false],
  ['*\n!README.md', 'src/a.ts', true],
  ['# note\n\n.git', '.git/HEAD', true],
  ['a.b', 'axb', false],
])('with %j, %s is ignored: %s', (text, path, expected) => {
  expect(parseIgnore(text)(path)).toBe(expected);
});

function provider() {
  return createDockerProvider({ directory: join(folder, 'state'), schemas, folder });
}

async function check(news: Marked) {
  return provider().check({ ...target(IMAGE), olds: unmarked({}), news, seed: new Uint8Array() });
}

async function failures(inputs: ValueObject) {
  return (await check(unmarked(inputs))).failures;
}

async function digest(change: Change = {}) {
  const inputs = unmarked(changed(conforming, change));
  return (await provider().create({ ...target(IMAGE), inputs, preview: false })).state.value['repoDigest'];
}

async function differences(oldInputs: Marked, news: Marked) {
  const request = { ...target(IMAGE), id: 'x', oldInputs, news, oldState: unmarked({}), ignoreChanges: [] };
  return [...(await provider().diff(request)).changes];
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

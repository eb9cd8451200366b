import { spawnSync } from 'node:child_process';
import { exitCodes } from '../../../cli/src/exit';
import { temporaryFolder } from '../support/folder';
import { runVerb } from '../support/verb';
import { gcloudOf, gcloudOnPath, newWorld } from './cloud';

const args = ['--project', 'acme-prod', '--environment', 'prod', '--json'];
const bootstrap = (given: readonly string[]) =>
  runVerb('http://127.0.0.1:1', temporaryFolder(), ['bootstrap', ...given]);

describe('factory bootstrap', () => {
  test('runs the gcloud on the PATH, and answers what it did and what comes next', async () => {
    const world = gcloudOnPath();
    const { code, error, out } = await bootstrap(args);
    expect(error).toBeUndefined();
    expect(code).toBe(exitCodes.ok);
    expect(out).toEqual([
      {
        steps: expect.arrayContaining([expect.objectContaining({ id: 'key', state: 'done' })]) as unknown,
        next: expect.arrayContaining(['npm run pulumi -- login gs://acme-prod-factory-state']) as unknown,
      },
    ]);
    expect(world()['keys']).toHaveProperty(['europe-west1/factory-state/prod']);
  });

  test('ends with 1 while something is left to a person', async () => {
    gcloudOnPath(newWorld({ billing: '' }));
    const { code, out } = await bootstrap(args.filter((arg) => arg !== '--json'));
    expect(code).toBe(exitCodes.failed);
    expect(out).toEqual([expect.stringContaining('Only you can do this: link one: https://console.cloud.google.com/')]);
  });

  test('a dry run asks Google nothing and shows every command', async () => {
    const world = gcloudOnPath();
    const { code, out } = await bootstrap([...args.filter((arg) => arg !== '--json'), '--dry-run']);
    expect(code).toBe(exitCodes.ok);
    expect(world().calls).toEqual([]);
    expect(out[0]).toContain('gcloud kms keyrings create factory-state --location=europe-west1 --project=acme-prod');
  });

  test.each([
    [['--project', 'P', '--environment', 'dev'], '--project is not the id of a project'],
    [[...args, '--region', 'europe'], '--region is not a region'],
    [[...args, '--github', 'acme'], '--github is OWNER/REPOSITORY'],
  ])('%j is a wrong command line', async (given, why) => {
    const { error } = await bootstrap(given);
    expect(error).toMatchObject({ exitCode: exitCodes.usage, message: expect.stringContaining(why) as string });
  });

  test('without gcloud it says where to get it', async () => {
    gcloudOnPath();
    process.env['PATH'] = temporaryFolder();
    const { error } = await bootstrap(args);
    expect(error).toMatchObject({
      message: 'gcloud is not on the PATH',
      hints: [expect.stringContaining('https://cloud.google.com/sdk/docs/install')],
    });
  });
});

describe('the stand-in of gcloud', () => {
  const create = ['storage', 'buckets', 'create', 'gs://b', '--location=europe-west1'];

  test.each([
    [[...create, '--project=acme-prod', '--versions'], 2, 'unrecognized arguments: --versions'],
    [['kms', 'keyrings', 'create', 'r', '--project=acme-prod'], 2, '--location: Must be specified'],
    [create, 1, 'property [project] is not currently set'],
    [['kms', 'keyrings', 'create', 'r', '--location=l', '--project=acme-prod'], 1, 'has not been used in project'],
    [['storage', 'buckets', 'describe', 'gs://b', '--project=acme-prod'], 1, 'not found: 404'],
    [['nonsense'], 2, 'Invalid choice'],
  ])('refuses %j', async (words, code, why) => {
    expect(await gcloudOf(newWorld())(words)).toMatchObject({ code, stderr: expect.stringContaining(why) as string });
  });

  test('refuses what is there already', async () => {
    const gcloud = gcloudOf(newWorld());
    expect(await gcloud([...create, '--project=acme-prod'])).toMatchObject({ code: 0 });
    expect((await gcloud([...create, '--project=acme-prod'])).stderr).toContain('you already own it');
  });

  test('is a program too, and keeps what was made', () => {
    const world = gcloudOnPath();
    const ran = spawnSync('gcloud', [...create, '--project=acme-prod'], { encoding: 'utf8', env: process.env });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(world()['buckets']).toHaveProperty('b');
  });
});

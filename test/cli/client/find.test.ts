import { findFactory } from '../../../cli/src/client/find';
import { writeFileAtomic } from '../../../cli/src/local/files';
import { identify } from '../../../cli/src/local/identity';
import { factoryPaths } from '../../../cli/src/local/paths';
import { writeState } from '../../../cli/src/local/state';
import { temporaryFolder } from '../support/folder';

const url = 'http://127.0.0.1:7070';

/** A folder whose factory this very process is, as its state says; or one whose process is gone. */
function folderOfFactory(alive = true): string {
  const folder = temporaryFolder();
  const paths = factoryPaths(folder);
  const own = identify(process.pid);
  if (own === undefined) throw new Error('this process has no identity');
  writeFileAtomic(paths.token, 'local-token\n');
  writeState(paths.state, {
    version: 1,
    supervisor: alive ? own : { ...own, started: 'before' },
    started_at: '2030-01-01T00:00:00.000Z',
    url,
    grpc: '127.0.0.1:7071',
    redis: 'redis-server',
    confinement: 'none',
    parts: [],
  });
  return folder;
}

test('the factory of the folder is found with its token', () => {
  expect(findFactory(folderOfFactory(), {})).toEqual({ url, token: 'local-token' });
});

test.each([
  'http://elsewhere.example',
  'http://127.0.0.1:7072',
  'https://127.0.0.1:7070',
  'http://127.0.0.1:7070@x.example',
])('the local token is not given to %s', (elsewhere) => {
  expect(() => findFactory(folderOfFactory(), { FACTORY_URL: elsewhere })).toThrow(
    expect.objectContaining({ exitCode: 2, message: 'FACTORY_URL is set and FACTORY_TOKEN is not' }),
  );
});

test('the local token is given to the address of the running factory only while it runs', () => {
  expect(findFactory(folderOfFactory(), { FACTORY_URL: `${url}/` })).toEqual({ url: `${url}/`, token: 'local-token' });
  expect(() => findFactory(folderOfFactory(false), { FACTORY_URL: url })).toThrow('FACTORY_TOKEN is not');
});

test('FACTORY_TOKEN goes to FACTORY_URL; an empty variable is not set', () => {
  const folder = folderOfFactory();
  const named = { FACTORY_URL: 'https://elsewhere.example', FACTORY_TOKEN: 'mine' };
  expect(findFactory(folder, named)).toEqual({ url: 'https://elsewhere.example', token: 'mine' });
  expect(() => findFactory(folder, { ...named, FACTORY_TOKEN: '' })).toThrow('FACTORY_TOKEN is not');
  expect(findFactory(folder, { FACTORY_URL: '', FACTORY_TOKEN: '' })).toEqual({ url, token: 'local-token' });
});

test('without a factory that runs, none is found', () => {
  expect(() => findFactory(folderOfFactory(false), {})).toThrow(expect.objectContaining({ exitCode: 3 }));
});

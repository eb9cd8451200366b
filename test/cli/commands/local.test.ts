import { temporaryFolder } from '../support/folder';
import { json, scriptedServer } from '../support/httpServer';
import { runVerb } from '../support/verb';

const nowhere = 'http://127.0.0.1:9';

test('without --repo the repository of the folder of the factory is meant, not that of the current one', async () => {
  const { error } = await runVerb(nowhere, temporaryFolder(), ['run', 'audit']);
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(/factory-test-\S+ is not in a Git repo/) });
});

test.each([
  ['', '--repo: the path of the repository is empty'],
  ['/etc/passwd', '--repo: /etc/passwd is not a folder'],
])('--repo "%s" is refused in words of its own, without a hint about requests', async (repo, message) => {
  const { error } = await runVerb(nowhere, temporaryFolder(), ['run', 'audit', '--repo', repo]);
  expect(error).toMatchObject({ exitCode: 2, message, hints: [] });
});

test('a word that is no id of a task is a wrong command line, and nothing is cancelled', async () => {
  const { url, requests } = await scriptedServer(json(500, {}));
  const { error } = await runVerb(url, temporaryFolder(), ['cancel', 'python-01k00000000000000000000000', 'all']);
  expect(error).toMatchObject({ exitCode: 2, message: 'not the id of a task: all' });
  expect(requests).toEqual([]);
});

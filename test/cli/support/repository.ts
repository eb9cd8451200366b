import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Runs git as nobody in particular, without the settings of this machine. */
export function gitIn(folder: string, ...args: readonly string[]): string {
  return execFileSync(
    'git',
    [
      '-C',
      folder,
      '-c',
      'user.name=A Person',
      '-c',
      'user.email=person@example.org',
      '-c',
      'init.defaultBranch=main',
      '-c',
      'commit.gpgsign=false',
      ...args,
    ],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

/** Makes a repository with one commit of these files. */
export function makeRepository(folder: string, files: Record<string, string>): string {
  mkdirSync(folder, { recursive: true });
  gitIn(folder, 'init', '-q');
  commitFiles(folder, files, 'first');
  return folder;
}

export function commitFiles(folder: string, files: Record<string, string>, message: string): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  gitIn(folder, 'add', '-A');
  gitIn(folder, 'commit', '-q', '-m', message);
  return gitIn(folder, 'rev-parse', 'HEAD').trim();
}

/** A small project of several languages. */
export const smallProject: Record<string, string> = {
  'README.md': '# Small\n\nSee [the guide](docs/guide.md).\n',
  'package.json': '{ "name": "small", "version": "1.0.0", "license": "MIT", "scripts": { "test": "node --test" } }\n',
  'src/index.js': 'export const answer = 42;\n',
  'test/index.test.js': "import { test } from 'node:test';\ntest('answers', () => {});\n",
  'tool.py': 'import os\n\n\ndef main():\n    return os.getcwd()\n',
  Dockerfile: 'FROM node:latest\nCOPY . .\nCMD ["node", "src/index.js"]\n',
  '.env': 'API_KEY=not-a-real-key\n',
};

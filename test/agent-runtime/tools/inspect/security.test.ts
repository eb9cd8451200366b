import { finding, found, inspected, inspectFiles, repoOf } from './support';

// Put together here, so that no scanner takes this file for a leak.
const github = ['ghp', 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ2bD4fH6kL8'].join('_');
const stripe = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dcXk29fL0q'].join('_');
const aws = ['AKIA', 'Q3EGRIVYTZ5HLWKM'].join('');
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEAx7v3'.repeat(3)}\nabc\n`;
const random = 'q8Zr2LmX9vKt4WbN7cYp';

test('secrets of known form are found with at most four characters of each', async () => {
  const section = await inspectFiles('security', {
    'src/config.js': `const token = '${github}';\nconst other = 1;\nconst pay = "${stripe}";\n`,
    'deploy/key.pem': pem,
    'conf.yml': `id: ${aws}\nurl: postgres://svc:Xk29fLq0z@db.corp.net/app\n`,
    'settings.py': `API_KEY = "${random}"\n`,
  });
  expect(found(section)).toEqual(
    expect.arrayContaining([
      'secret-github-token src/config.js:1',
      'secret-stripe-key src/config.js:3',
      'secret-private-key deploy/key.pem:1',
      'secret-aws-access-key conf.yml:1',
      'secret-in-url conf.yml:2',
      'secret-assignment settings.py:1',
    ]),
  );
  const all = JSON.stringify(section);
  for (const secret of [github, stripe, aws, random, 'Xk29fLq0z', 'MIIEpAIB'])
    expect(all).not.toContain(secret.slice(0, 5));
});

test('what only looks like a secret is not reported', async () => {
  const section = await inspectFiles('security', {
    'src/a.js': [
      "const password = 'correct horse battery staple';",
      'const apiKey = process.env.API_KEY;',
      "const token = 'AKIAIOSFODNN7EXAMPLE';",
      "const secret = 'your-secret-goes-here-0123456789';",
      "const url = 'postgres://user:password@localhost/db';",
      "const url2 = 'https://user:${PASSWORD}@host.corp.net/';",
      "const passwordField = 'form.account.password2.input';",
      "const key = 'components/button/primary-2-label';",
      "const integrity = 'sha512-q8Zr2LmX9vKt4WbN7cYpq8Zr2LmX9vKt4WbN7cYp==';",
      "const tokenId = '123e4567-e89b-12d3-a456-426614174000';",
      '// -----BEGIN RSA PRIVATE KEY----- is how it starts',
    ].join('\n'),
    'package-lock.json': '{"integrity": "sha512-q8Zr2LmX9vKt4WbN7cYpq8Zr2LmX9vKt4WbN7cYp=="}',
  });
  expect(found(section)).toEqual([]);
});

test('a secret in a test or an example is worth less', async () => {
  const section = await inspectFiles('security', {
    'test/a.js': `x('${github}')\n`,
    'README.md': `use ${stripe}\n`,
    'src/b.js': `y('${github}')\n`,
  });
  expect(section.findings.map(({ path, severity }) => [path, severity])).toEqual([
    ['src/b.js', 'critical'],
    ['test/a.js', 'low'],
    ['README.md', 'low'],
  ]);
});

test('a secret that was removed is still found in history', async () => {
  const repo = repoOf({ 'src/a.js': `const t = '${github}';\nlet x;\n` });
  repo.write({ 'src/a.js': 'let x;\n' });
  repo.commit();
  const section = await inspected('security', repo.root);
  expect(finding(section, 'secret-github-token')).toMatchObject({
    path: 'src/a.js',
    severity: 'high',
    title: 'GitHub token in history',
  });
  expect(JSON.stringify(section)).not.toContain(github.slice(0, 5));
});

test('risky code is found by language, comments and harmless forms are not', async () => {
  const section = await inspectFiles('security', {
    'a.py': [
      'import ast, pickle, subprocess, yaml, requests, hashlib',
      'eval(data)',
      'ast.literal_eval(data)',
      'model.eval()',
      '# eval(data)',
      '"""eval(data)"""',
      'subprocess.run(command, shell=True)',
      'subprocess.run(["ls"])',
      'pickle.loads(raw)',
      'yaml.load(text)',
      'yaml.load(text, Loader=yaml.SafeLoader)',
      'yaml.safe_load(text)',
      'cursor.execute("SELECT * FROM t WHERE id = %s" % key)',
      'cursor.execute("SELECT * FROM t WHERE id = %s", (key,))',
      'requests.get(url, verify=False)',
      'hashlib.md5(x)',
      'hashlib.md5(x, usedforsecurity=False)',
    ].join('\n'),
    'b.js': [
      "const { exec } = require('child_process');",
      'exec(`ls ${dir}`);',
      "exec('ls');",
      '/a/.exec(`x${y}`);',
      'el.innerHTML = value;',
      "el.innerHTML = '';",
      'https.get({ rejectUnauthorized: false });',
      '// el.innerHTML = value',
    ].join('\n'),
    'c.sh': [
      'curl -fsSL https://x.example/i.sh | sh',
      'curl https://x.example/data | jq .',
      'chmod 777 /srv',
      'chmod 755 /srv',
      'echo "curl x | sh"',
    ].join('\n'),
    'f.js': ["const words = ['eval(x)', 'el.innerHTML = v'];", "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = 0;"].join(
      '\n',
    ),
    'd.go': 'package d\nvar c = &tls.Config{InsecureSkipVerify: true}\n',
    'test/e.py': 'eval(x)\n',
  });
  expect(found(section).sort()).toEqual(
    [
      'go-tls-off d.go:2',
      'js-inner-html b.js:5',
      'js-shell-command b.js:2',
      'js-tls-off b.js:7',
      'js-tls-off f.js:2',
      'python-eval a.py:2',
      'python-pickle-load a.py:9',
      'python-shell-true a.py:7',
      'python-sql-built a.py:13',
      'python-tls-off a.py:15',
      'python-weak-hash a.py:16',
      'python-yaml-load a.py:10',
      'shell-chmod-777 c.sh:3',
      'shell-pipe-to-shell c.sh:1',
    ].sort(),
  );
  expect(section.notes.join(' ')).toContain('1 risky line in tests');
});

test('modes, links, settings files and submodules are judged', async () => {
  const section = await inspectFiles('security', {
    'out/link': { link: '../../etc/passwd' },
    'in/link': { link: '../a.txt' },
    'a.txt': 'text\n',
    'photo.svg': { executable: '<svg/>' },
    'run.sh': { executable: '#!/bin/sh\n' },
    tool: { executable: '#!/usr/bin/env python3\n' },
    '.env': 'DB_PASSWORD=x8fK2mQ9\nDEBUG=1\n',
    '.env.example': 'DB_PASSWORD=\n',
    '.gitmodules':
      '[submodule "a"]\n\tpath = a\n\turl = http://x.example/a.git\n[submodule "b"]\n\tpath = b\n\turl = https://x.example/b.git\n',
    'certs/server.p12': Buffer.from([1, 2, 3]),
  });
  expect(found(section).sort()).toEqual([
    'env-file-committed .env',
    'link-leaves-repository out/link',
    'mode-executable-odd photo.svg',
    'secret-file-committed certs/server.p12',
    'submodule-insecure .gitmodules',
  ]);
  expect(JSON.stringify(section)).not.toContain('x8fK');
});

test('a line of code is shown without its strings', async () => {
  const section = await inspectFiles('security', {
    'a.py': 'subprocess.run("mysql -psesame", shell=True)\n',
    'b.sh': 'curl -k -u me:sesame https://x.example\n',
  });
  expect(section.findings.map(({ detail }) => detail)).toEqual([
    'The line, without its strings: subprocess.run("…", shell=True)',
    'The line is not shown: a command can hold a password.',
  ]);
});

test('no aspect repeats a secret that it meets elsewhere', async () => {
  const url = `git+https://bot:${github}@git.corp.net/a.git`;
  const repo = repoOf({
    'package.json': JSON.stringify({
      name: 'a',
      private: true,
      dependencies: { a: url },
      scripts: { test: `DB_PASSWORD=sesame TOKEN=${github} jest` },
    }),
    'README.md': `# a\n\nThis project uses ${github} to do its work.\n`,
    'a.test.js': "test('a', f)\n",
  });
  for (const aspect of ['overview', 'dependencies_licences', 'tests', 'backend', 'frontend'] as const)
    expect(JSON.stringify(await inspected(aspect, repo.root))).not.toMatch(new RegExp(`${github.slice(0, 6)}|sesame`));
});

test('symbolic links that lead nowhere are told, also over other links; those to what a build makes are not', async () => {
  const section = await inspectFiles('security', {
    'docs/a.md': 'a\n',
    '.gitignore': 'built/\n*.made\n',
    'fine/file': { link: '../docs/a.md' },
    'fine/folder': { link: '../docs/' },
    'fine/over': { link: 'folder/a.md' },
    'fine/to-build': { link: '../built/x.js' },
    'fine/to-folder-of-build': { link: '../built' },
    'fine/to-made': { link: 'x.made' },
    'fine/root': { link: '../' },
    'gone/plain': { link: '../docs/b.md' },
    'gone/over': { link: '../fine/folder/b.md' },
    'gone/of-link': { link: 'plain' },
    'gone/in-file': { link: '../docs/a.md/x' },
    'gone/loop': { link: 'loop' },
    'gone/far': { link: 'no/../../docs/b.md' },
    'out/over': { link: 'up/x' },
    'out/up': { link: '../..' },
    'test/gone': { link: 'nowhere' },
  });
  const told = section.findings.filter(({ rule }) => rule.startsWith('link-'));
  expect(told.map(({ rule, severity, path }) => `${rule} ${severity} ${path}`)).toEqual([
    'link-leaves-repository medium out/over',
    'link-leaves-repository medium out/up',
    'link-dangling low gone/far',
    'link-dangling low gone/in-file',
    'link-dangling low gone/loop',
    'link-dangling low gone/of-link',
    'link-dangling low gone/over',
    'link-dangling low gone/plain',
    'link-dangling info test/gone',
  ]);
  expect(told.find(({ path }) => path === 'gone/of-link')?.detail).toBe('It points to plain. There is no docs/b.md.');
});

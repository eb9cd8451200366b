import { Buffer } from 'node:buffer';
import { fact, found, inspectFiles, rows } from './support';

test('model and data files are checked by their first bytes', async () => {
  const header = Buffer.from('{"a":{}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const section = await inspectFiles('models_data', {
    'good.safetensors': Buffer.concat([length, header]),
    'bad.safetensors': Buffer.from('not a model at all'),
    'good.gguf': Buffer.from('GGUF\x03\0\0\0'),
    'bad.onnx': Buffer.from('<html>'),
    'weights.pkl': Buffer.from([0x80, 4, 0x95]),
    'lfs.pt': 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 123456\n',
    'data/a.csv': 'x,"y, z",w\n1,2,3\n',
    'test/fake.parquet': 'nothing',
    'a.ipynb': JSON.stringify({
      nbformat: 4,
      metadata: { language_info: { name: 'python' } },
      cells: [{ cell_type: 'code', outputs: [{}] }, { cell_type: 'markdown' }, { cell_type: 'code', outputs: [] }],
    }),
    'broken.ipynb': '{"x"',
    'train.py': 'import torch\nfrom sklearn.svm import SVC\n# import tensorflow\n',
    'requirements.txt': 'torch==2.1.0\n',
  });
  expect(rows(section, 'Model files').map((row) => [row['path'], row['state']])).toEqual([
    ['bad.onnx', 'does not fit the format'],
    ['bad.safetensors', 'does not fit the format'],
    ['good.gguf', 'fits the format'],
    ['good.safetensors', 'fits the format'],
    ['lfs.pt', 'Git LFS pointer, content not here'],
    ['weights.pkl', 'fits the format'],
  ]);
  expect(found(section).sort()).toEqual([
    'data-header-wrong test/fake.parquet',
    'model-header-wrong bad.onnx',
    'model-header-wrong bad.safetensors',
    'model-runs-code weights.pkl',
    'notebook-broken broken.ipynb',
  ]);
  expect(rows(section, 'Notebooks')).toEqual([
    expect.objectContaining({ path: 'a.ipynb', language: 'python', cells: 3, code: 2, outputs: 1 }),
  ]);
  expect(rows(section, 'Largest data files')).toEqual([
    expect.objectContaining({ path: 'data/a.csv', lines: 2, columns: 3 }),
    expect.objectContaining({ path: 'test/fake.parquet' }),
  ]);
  expect(rows(section, 'Machine-learning and data libraries')).toEqual([
    { library: 'PyTorch', version: '==2.1.0', manifest: 'requirements.txt', files: 1 },
    { library: 'scikit-learn', version: 'not in a manifest', manifest: null, files: 1 },
  ]);
});

test('front end: frameworks, versions, settings and variables', async () => {
  const section = await inspectFiles('frontend', {
    'package.json':
      '{"private": true, "dependencies": {"react": "^19.0.0"}, "devDependencies": {"vite": "^7"}, "scripts": {"build": "vite build"}, "main": "src/gone.js"}',
    '.nvmrc': 'v22\n',
    'index.html': '<div id=root>',
    'src/main.tsx': 'const a = import.meta.env.VITE_URL; // process.env.NO\n',
    'tsconfig.json': '{ // comment\n "compilerOptions": {"strict": true,}, }',
  });
  expect(section.summary).toBe('Made with React ^19.0.0, built by Vite; 2 front-end files.');
  expect(rows(section, 'Versions it asks for')).toEqual([{ what: 'Node.js', version: 'v22', where: '.nvmrc' }]);
  expect(rows(section, 'Environment variables it reads')).toEqual([
    { name: 'VITE_URL', files: 1, first: 'src/main.tsx' },
  ]);
  expect(rows(section, 'Settings')).toEqual([{ tool: 'TypeScript', path: 'tsconfig.json', note: 'strict' }]);
  expect(section.findings).toEqual([]);
});

test('back end: routes, ports, variables, services and entry points', async () => {
  const section = await inspectFiles('backend', {
    'package.json':
      '{"dependencies": {"express": "^5.0.0", "pg": "8.0.0"}, "engines": {"node": ">=22"}, "main": "gone.js"}',
    'src/server.js':
      "const express = require('express');\nconst app = express();\napp.get('/users/:id', show);\napp.get('setting');\n// app.post('/no', x);\napp.listen(process.env.PORT || 3000);\n",
    'api/main.py':
      'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/items")\nasync def items(): return os.environ["DB_URL"]\n',
    Dockerfile: 'FROM node:22\nEXPOSE 8080/tcp\n',
    'test/x.js': "const express = require('express');\napp.get('/test', x);\n",
  });
  expect(rows(section, 'Routes')).toEqual([
    { method: 'GET', path: '/items', file: 'api/main.py', line: 3 },
    { method: 'GET', path: '/users/:id', file: 'src/server.js', line: 3 },
  ]);
  expect(rows(section, 'Ports').map(({ port }) => port)).toEqual([3000, 8080]);
  expect(rows(section, 'Environment variables it reads').map(({ name }) => name)).toEqual(['DB_URL', 'PORT']);
  expect(rows(section, 'Services it talks to')).toEqual([
    { service: 'PostgreSQL', by: 'pg', manifest: 'package.json' },
  ]);
  expect(rows(section, 'Versions it asks for')).toEqual([{ what: 'Node.js', version: '>=22', where: 'package.json' }]);
  expect(found(section)).toEqual(['package-entry-missing package.json']);
});

test('python: packaging, layout, and versions that its syntax needs', async () => {
  const section = await inspectFiles('python', {
    'pyproject.toml':
      '[project]\nname = "p"\nrequires-python = ">=3.8"\n[project.scripts]\np = "p.cli:main"\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[tool.mypy]\nstrict = true\n[tool.ruff]\n',
    'src/p/__init__.py': '',
    'src/p/py.typed': '',
    'src/p/a.py':
      'import distutils.core\ndef f(x) -> int:\n    match x:\n        case 1:\n            return 1\n    if (y := x) > 1: pass\n',
    'src/p/b.py':
      'try:\n    import imp\nexcept ImportError:\n    imp = None\nmatch = 1\nmatch.group(1)\ntext = "type X = int"\ns = x[a:=1]\nprint("x")\n',
    'tests/test_p.py': 'print "python 2"\n',
  });
  expect(section.summary).toContain('3 Python files in p'.replace('3', '4'));
  expect(section.summary).toContain('asks for Python >=3.8, its syntax needs 3.10; built by hatchling.build');
  expect(found(section)).toEqual(['python-version-too-low src/p/a.py:3', 'python-removed-module src/p/a.py:1']);
  expect(fact(section, 'Layout')).toBe('packages below src/');
  expect(rows(section, 'Tools with settings').map(({ tool }) => tool)).toEqual(['mypy', 'ruff']);
  expect(rows(section, 'Programs it installs')).toEqual([{ name: 'p', target: 'p.cli:main', where: 'pyproject.toml' }]);
});

test.each(['frontend', 'backend', 'python'] as const)('%s says when there is none of its kind', async (aspect) => {
  const section = await inspectFiles(aspect, { 'notes.txt': 'nothing\n', 'lib.hs': 'main = print 1\n' });
  expect(section.summary).toMatch(/^There is no/);
  expect(section.findings).toEqual([]);
});

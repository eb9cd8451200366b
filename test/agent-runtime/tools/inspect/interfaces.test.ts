import { fact, found, inspectFiles, rows } from './support';

const openapi = (extra: string): string =>
  `openapi: 3.0.0\ninfo: {title: Shop, version: '1'}\npaths:\n  /a/{id}:\n    parameters: [{name: id, in: path}]\n    get: {operationId: one}\n    post: {operationId: two}\n${extra}`;

test('API descriptions are parsed, broken ones told', async () => {
  const section = await inspectFiles('interfaces', {
    'good.yaml': openapi('components: {schemas: {A: {properties: {$ref: {type: string}}}}}\n'),
    'bad.yaml': openapi(
      "  /b/{x}:\n    get:\n      operationId: one\n      responses: {'200': {$ref: '#/components/responses/Gone'}}\n",
    ),
    'broken.json': '{"openapi": "3.1.0", ',
    'swagger.json': '{"swagger": "2.0", "info": {"title": "Old", "version": 2}, "paths": {"/x": {"get": {}}}}',
    'a.proto': 'syntax = "proto3";\npackage shop.v1;\n// rpc No();\nservice S {\n  rpc Get(A) returns (B);\n}\n',
    'bad.proto': 'message A {\n',
    'schema.graphql': 'type Query {\n  a(x: Int): A\n  b: [B!]!\n}\ntype A { x: Int }\n',
    's.wsdl': '<definitions name="W"><portType><operation name="o"/></portType></definitions>',
    'settings.yaml': 'a: 1\n',
  });
  expect(
    rows(section, 'API descriptions')
      .map((row) => `${row['path']} ${row['kind']} ${row['title']} ${row['version']} ${row['operations']}`)
      .sort(),
  ).toEqual([
    'a.proto Protocol Buffers shop.v1 proto3 1',
    'bad.proto Protocol Buffers null proto2 0',
    'bad.yaml OpenAPI Shop 1 3',
    'broken.json OpenAPI null null 0',
    'good.yaml OpenAPI Shop 1 2',
    's.wsdl WSDL W null 1',
    'schema.graphql GraphQL null null 2',
    'swagger.json Swagger 2 Old 2 1',
  ]);
  expect(found(section).sort()).toEqual([
    'api-broken bad.proto',
    'api-broken broken.json',
    'api-operation-id-twice bad.yaml',
    'api-parameter-missing bad.yaml',
    'api-reference-broken bad.yaml',
  ]);
});

test('links inside the repository that lead nowhere are told, and no other', async () => {
  const section = await inspectFiles('interfaces', {
    'README.md': [
      '# The *Title* & `code<T>`',
      '[ok](docs/a.md) [ok](docs/a.md#part-two) [ok](docs) [ok](<docs/with space.md>) [ok](docs/with%20space.md "t")',
      '[ok](#the-title--codet) [ok](#given) [out](https://x.example/(a)) [mail](mailto:a@b.c) [up](../../issues) [root](/x)',
      '<a name="given"></a> ![ok](img.png?raw=true)',
      '[gone](docs/gone.md)',
      '[gone](#nothing)',
      '[gone](docs/a.md#part-three)',
      '`[code](no.md)` and',
      '```',
      '[code](no.md)',
      '```',
      '    [indented](no.md)',
      '[ref]: docs/lost.md',
      '<img src="lost.png">',
      '<!-- [comment](no.md) -->',
      '[made](built/a.html) [into](sub/x.md)',
    ].join('\n'),
    'docs/a.md':
      'Part two\n--------\n## Part two\n[twice](#part-two-1) [back](../README.md) [crlf](./with%20space.md)\r\n',
    'docs/with space.md': 'x\n',
    'img.png': '',
    '.gitignore': 'built/\n',
    'guide.rst':
      '.. image:: img.png\n.. image:: gone.png\n\n:doc:`docs/a` and `x <./gone.rst>`_ and `web <https://x.example>`_\n',
    'page.html': '<a href="docs/a.md">a</a><a href="nope.html">b</a><a href="//x.example">c</a>\n',
    'template.html': '<a href="{{ url }}/nope.html">b</a>\n',
    sub: { link: 'docs' },
  });
  expect(found(section).sort()).toEqual([
    'link-anchor-missing README.md:6',
    'link-anchor-missing README.md:7',
    'link-target-missing README.md:13',
    'link-target-missing README.md:14',
    'link-target-missing README.md:5',
    'link-target-missing guide.rst:2',
    'link-target-missing guide.rst:4',
    'link-target-missing page.html:1',
  ]);
  expect(fact(section, 'Links to the outside, not called')).toBe(2);
});

test('a link from the root in Markdown is one from the top of the repository; what may be a path of a web site is not judged', async () => {
  const files = {
    'README.md':
      '[ok](/docs/a.md) [ok](/docs/) [ok](/docs/a.md#part) ![ok](/img/a.png)\n[gone](/docs/gone.md)\n![gone](/img/gone.png)\n[gone](/docs/a.md#nothing)\n[page](/docs/guide) [other](/pages/a.md)\n[route](/users/1) [page](/docs/a.html) [site](/about.html)\n',
    'docs/a.md': '## Part\n[of the site](/deep/page.md) [static](/logo.png) [gone](/docs/lost.md)\n',
    'docs/deep/page.md': 'x\n',
    'docs/static/logo.png': '',
    'img/a.png': '',
    'page.html': '<a href="/docs/gone.md">x</a>\n',
  };
  expect(found(await inspectFiles('interfaces', files)).sort()).toEqual([
    'link-anchor-missing README.md:4',
    'link-target-missing README.md:2',
    'link-target-missing README.md:3',
    'link-target-missing docs/a.md:2',
  ]);
  const site = await inspectFiles('interfaces', { ...files, 'mkdocs.yml': 'site_name: x\n' });
  expect(found(site)).toEqual([]);
});

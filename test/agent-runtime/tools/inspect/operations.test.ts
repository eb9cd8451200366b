import { finding, found, inspectFiles, rows } from './support';

test('a Dockerfile with faults has each of them told, at its line', async () => {
  const section = await inspectFiles('operations', {
    Dockerfile: [
      'ARG TAG=latest',
      'FROM node:${TAG} AS build',
      'RUN npm ci',
      'FROM debian',
      'ENV DB_PASSWORD=hunter22 PATH=/x',
      'ARG TOKEN_FILE=/run/token',
      'ADD https://x.example/a.tar.gz /a',
      'RUN apt-get update',
      'RUN apt-get update && \\',
      '    apt-get install -y curl',
      'COPY . .',
      'EXPOSE 80',
      'CMD ["x"]',
    ].join('\n'),
  });
  expect(found(section).sort()).toEqual([
    'docker-add-url Dockerfile:7',
    'docker-apt-lists-kept Dockerfile:9',
    'docker-apt-update-alone Dockerfile:8',
    'docker-image-moves Dockerfile:2',
    'docker-image-moves Dockerfile:4',
    'docker-no-dockerignore Dockerfile:11',
    'docker-no-healthcheck Dockerfile:12',
    'docker-runs-as-root Dockerfile:4',
    'docker-secret-in-image Dockerfile:5',
  ]);
  expect(JSON.stringify(section)).not.toContain('hunter22');
});

test('a good Dockerfile has none', async () => {
  const section = await inspectFiles('operations', {
    Dockerfile: [
      'FROM golang:1.22 AS build',
      'COPY . .',
      'RUN <<EOF',
      'FROM nothing',
      'EOF',
      'FROM build AS debug',
      'FROM debian:12-slim@sha256:0123 AS base',
      'RUN apt-get update \\',
      '  # a comment in between',
      '  && apt-get install -y ca-certificates && rm -rf /var/lib/apt/lists/*',
      'USER app',
      'FROM base',
      'COPY --from=build /a /a',
      'HEALTHCHECK CMD true',
      'EXPOSE 8080',
      'CMD ["/a"]',
    ].join('\n'),
    '.dockerignore': '.git\n',
    'examples/Dockerfile': 'FROM debian:12\nUSER a\nCMD x\n',
  });
  expect(section.findings).toEqual([]);
  expect(rows(section, 'Container, CI and cluster files')[0]).toMatchObject({ what: '4 stages, from base' });
});

const workflow = (on: string, step: string, top = 'permissions:\n  contents: read\n'): string =>
  `on:\n  ${on}:\n${top}jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${step}`;

test('workflows: injection, foreign checkout, loose actions, missing rights', async () => {
  const section = await inspectFiles('operations', {
    '.github/workflows/inject.yml': workflow('issues', '      - run: echo "${{ github.event.issue.title }}"\n'),
    '.github/workflows/checkout.yml': workflow(
      'pull_request_target',
      `      - uses: actions/checkout@${'a'.repeat(40)}\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}\n`,
    ),
    '.github/workflows/loose.yml': workflow('push', '      - uses: foo/bar@v1\n', ''),
    '.github/workflows/fine.yml': workflow(
      'pull_request',
      `      - uses: foo/bar@${'b'.repeat(40)} # v1\n      - uses: ./local\n      - run: echo "$TITLE \${{ github.sha }}"\n        env:\n          TITLE: \${{ github.event.pull_request.title }}\n`,
    ),
    '.github/workflows/broken.yml': 'on: [push\njobs:\n',
  });
  expect(found(section).sort()).toEqual([
    'actions-no-permissions .github/workflows/loose.yml:1',
    'actions-script-injection .github/workflows/inject.yml:9',
    'actions-unpinned .github/workflows/loose.yml:7',
    'actions-untrusted-checkout .github/workflows/checkout.yml:9',
    expect.stringMatching(/^yaml-broken \.github\/workflows\/broken\.yml:\d$/),
  ]);
  expect(finding(section, 'actions-script-injection').severity).toBe('critical');
});

test('cluster, compose and Terraform files', async () => {
  const section = await inspectFiles('operations', {
    'k8s/bad.yaml': [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: {name: web}',
      'spec:',
      '  template:',
      '    spec:',
      '      volumes:',
      '      - hostPath: {path: /var/run/docker.sock}',
      '      containers:',
      '      - name: a',
      '        image: nginx',
      '        securityContext: {privileged: true}',
      '---',
      'apiVersion: v1',
      'kind: Secret',
      'metadata: {name: s}',
      'stringData: {password: hunter22}',
    ].join('\n'),
    'k8s/good.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  securityContext: {runAsNonRoot: true}\n  containers:\n  - name: a\n    image: nginx:1.25\n    resources: {limits: {memory: 1Gi}}\n',
    'chart/templates/d.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n',
    'not-k8s.yaml': 'kind: fruit\nname: apple\n',
    'compose.yaml':
      'services:\n  db:\n    image: postgres:latest\n    environment:\n      POSTGRES_PASSWORD: hunter22\n  web:\n    build: .\n    environment: ["TOKEN=${TOKEN}"]\n',
    'main.tf':
      'resource "aws_security_group" "a" {\n  ingress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n  egress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\nresource "x" "y" {\n  password = "hunter22"\n  token = var.token\n}\n',
  });
  expect(found(section).sort()).toEqual([
    'compose-image-moves compose.yaml:3',
    'compose-literal-secret compose.yaml:4',
    'k8s-host-path k8s/bad.yaml:8',
    'k8s-image-moves k8s/bad.yaml:11',
    'k8s-no-memory-limit k8s/bad.yaml:9',
    'k8s-privileged k8s/bad.yaml:12',
    'k8s-secret-committed k8s/bad.yaml:14',
    'terraform-literal-secret main.tf:10',
    'terraform-open-to-all main.tf:3',
  ]);
  expect(JSON.stringify(section)).not.toContain('hunter22');
  expect(section.notes.join(' ')).toContain('1 YAML template');
});

test('ports that a Compose file publishes on every interface are told, by service; a store is worse', async () => {
  const section = await inspectFiles('operations', {
    'compose.yaml': [
      'services:',
      '  web: { image: "a:1", ports: ["8080:80", "443:443/tcp"] }',
      '  local: { image: "a:1", ports: ["127.0.0.1:8081:80", "[::1]:82:82", "10.0.0.5:83:83", "127.0.0.1::84"] }',
      '  db:',
      '    image: a:1',
      '    ports:',
      '      - 0.0.0.0:15432:5432',
      '  cache:',
      '    image: a:1',
      '    ports:',
      '      - target: 6379',
      '        published: 6379',
      '  cache-local: { image: "a:1", ports: [{ target: 6379, published: "6379", host_ip: 127.0.0.1 }] }',
      '  chance: { image: "a:1", ports: [3000] }',
      '  variable: { image: "a:1", ports: ["${PORT:-80}:80"] }',
      '  undecided: { image: "a:1", ports: ["${BIND:-127.0.0.1}:80:80", "${BIND}80:80", "${PORTS}", "nonsense::::", { published: 1 }] }',
      '  none: { image: "a:1", expose: ["80"], ports: [] }',
    ].join('\n'),
    'examples/compose.yaml': 'services: { web: { image: "a:1", ports: ["80:80"] } }\n',
  });
  expect(
    section.findings.map(({ rule, severity, path, line, title }) => `${rule} ${severity} ${path}:${line} ${title}`),
  ).toEqual([
    'compose-store-port-open medium compose.yaml:6 db publishes 0.0.0.0:15432:5432 on every interface of the host',
    'compose-store-port-open medium compose.yaml:10 cache publishes 6379:6379 on every interface of the host',
    'compose-port-open low compose.yaml:2 web publishes 8080:80 and 443:443/tcp on every interface of the host',
    'compose-port-open low compose.yaml:14 chance publishes 3000 on every interface of the host',
    'compose-port-open low compose.yaml:15 variable publishes ${PORT:-80}:80 on every interface of the host',
    'compose-port-open info examples/compose.yaml:1 web publishes 80:80 on every interface of the host',
  ]);
});

#!/usr/bin/env node
/**
 * A stand-in for gcloud: knows the commands of bootstrap, refuses unknown flags, missing ones and existing things as the real one does.
 * As a program it keeps what was made in the file GCLOUD_STAND_IN.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { global, commands } = require('./gcloudCommands.json');

class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** What gcloud says to a command line, and what `world` is afterwards. `world.faults` has messages of commands that fail, each once. */
function answer(argv, world) {
  const name = Object.keys(commands)
    .filter((command) => command.split(' ').every((word, index) => argv[index] === word))
    .sort((a, b) => b.length - a.length)[0];

  function parse() {
    if (name === undefined) throw new Refused(2, `(gcloud) Invalid choice: '${argv[0]}'.`);
    const known = commands[name];
    const rest = argv.slice(name.split(' ').length);
    const words = rest.filter((word) => !word.startsWith('--'));
    const flags = Object.fromEntries(
      rest
        .filter((word) => word.startsWith('--'))
        .map((word) => [word.slice(2).split('=')[0], word.includes('=') ? word.slice(word.indexOf('=') + 1) : true]),
    );
    const unknown = Object.keys(flags).filter((flag) => !known.flags.includes(flag) && !global.includes(flag));
    if (unknown.length > 0) throw refuse(2, `unrecognized arguments: --${unknown.join(' --')}`);
    const missing = known.required.filter((flag) => flags[flag] === undefined);
    if (missing.length > 0 || words.length < known.positional)
      throw refuse(2, `argument ${missing.map((flag) => `--${flag}`).join(' ') || 'NAME'}: Must be specified.`);
    if (known.flags.includes('location') && name.includes('kms') && flags.location === undefined)
      throw refuse(2, 'argument --location: Must be specified.');
    return { words, flags };
  }

  const refuse = (code, message) => new Refused(code, `(gcloud.${name.replaceAll(' ', '.')}) ${message}`);
  const notFound = (what) => refuse(1, `NOT_FOUND: ${what} was not found.`);
  const exists = (what) => refuse(1, `ALREADY_EXISTS: ${what} already exists.`);

  /** Things are kept by kind and full name. */
  const has = (kind, id) => world[kind]?.[id] !== undefined;
  const get = (kind, id) => {
    if (!has(kind, id)) throw notFound(`${kind} ${id}`);
    return world[kind][id];
  };
  const make = (kind, id, value) => {
    if (has(kind, id)) throw exists(`${kind} ${id}`);
    world[kind] = { ...world[kind], [id]: value };
  };

  function grant(policies, id, { role, member, condition }, asks) {
    if (asks && condition === undefined && policies[id]?.bindings.some((binding) => binding.condition))
      throw refuse(
        1,
        'Adding a binding without specifying a condition to a policy containing conditions is prohibited in non-interactive mode.',
      );
    const account = /^serviceAccount:(.*@(.*)\.iam\.gserviceaccount\.com)$/.exec(member);
    if (account !== null && account[2] === world.project && !has('accounts', account[1]))
      throw refuse(1, `INVALID_ARGUMENT: Service account ${account[1]} does not exist.`);
    const policy = (policies[id] ??= { bindings: [] });
    const binding = policy.bindings.find((other) => other.role === role && other.condition === undefined);
    if (binding === undefined) policy.bindings.push({ role, members: [member] });
    else if (!binding.members.includes(member)) binding.members.push(member);
    return policy;
  }

  const project = (id) => {
    if (id === undefined) throw refuse(1, 'The required property [project] is not currently set.');
    if (id !== world.project)
      throw refuse(
        1,
        `[you@example.com] does not have permission to access projects instance [${id}] (or it may not exist): The caller does not have permission.`,
      );
    return id;
  };
  const needs = (service) => {
    if (!world.services.includes(service))
      throw refuse(
        1,
        `PERMISSION_DENIED: ${service} has not been used in project ${world.project} before or it is disabled.`,
      );
  };
  const bucketOf = (url) => url.replace(/^gs:\/\//, '');
  const keyOf = ([key], { keyring, location }) => `${location}/${keyring}/${key}`;
  const policy = (id) => (world.policies[id] ??= { bindings: [] });

  const runs = {
    'projects describe': ([id]) => ({ projectId: project(id), projectNumber: world.number, lifecycleState: 'ACTIVE' }),
    'billing projects describe': ([id]) => ({ projectId: project(id), billingAccountName: world.billing }),
    'services list': () => world.services.map((service) => ({ config: { name: service }, state: 'ENABLED' })),
    'services enable': (services) => void (world.services = [...new Set([...world.services, ...services])]),
    'storage buckets describe': ([url]) => {
      if (!has('buckets', bucketOf(url))) throw refuse(1, `${url} not found: 404.`);
      return get('buckets', bucketOf(url));
    },
    'storage buckets create': ([url], flags) => {
      if (has('buckets', bucketOf(url)))
        throw refuse(
          1,
          'HTTPError 409: Your previous request to create the named bucket succeeded and you already own it.',
        );
      make('buckets', bucketOf(url), {
        name: bucketOf(url),
        location: flags.location.toUpperCase(),
        uniform_bucket_level_access: flags['uniform-bucket-level-access'] === true,
        public_access_prevention: flags['public-access-prevention'] === true ? 'enforced' : 'inherited',
      });
    },
    'storage buckets update': ([url], flags) => {
      const bucket = get('buckets', bucketOf(url));
      if (flags.versioning) bucket.versioning_enabled = true;
      if (flags['uniform-bucket-level-access']) bucket.uniform_bucket_level_access = true;
      if (flags['public-access-prevention']) bucket.public_access_prevention = 'enforced';
    },
    'kms keyrings describe': ([id], { location }) => get('rings', `${location}/${id}`),
    'kms keyrings create': ([id], { location }) => make('rings', `${location}/${id}`, { name: id }),
    'kms keys describe': (words, flags) => get('keys', keyOf(words, flags)),
    'kms keys create': (words, flags) => {
      get('rings', `${flags.location}/${flags.keyring}`);
      if (flags['rotation-period'] !== undefined && flags['next-rotation-time'] === undefined)
        throw refuse(2, 'INVALID_ARGUMENT: You must set next rotation time with the rotation period.');
      make('keys', keyOf(words, flags), { name: words[0], primary: { state: 'ENABLED' } });
    },
    'beta services identity create': () => ({}),
    'builds connections describe': ([id], { region }) => get('connections', `${region}/${id}`),
    'builds connections create github': ([id], { region }) => {
      const agent = `serviceAccount:service-${world.number}@gcp-sa-cloudbuild.iam.gserviceaccount.com`;
      if (
        !policy('project').bindings.some(
          ({ role, members }) => role === 'roles/secretmanager.admin' && members.includes(agent),
        )
      )
        throw refuse(
          1,
          'FAILED_PRECONDITION: could not create the secret: permission secretmanager.secrets.create denied',
        );
      make('connections', `${region}/${id}`, {
        name: id,
        installationState: {
          stage: 'PENDING_USER_OAUTH',
          actionUri: 'https://accounts.google.com/AccountChooser?continue=consent',
        },
      });
    },
    'iam workload-identity-pools describe': ([id]) => get('pools', id),
    'iam workload-identity-pools create': ([id]) => make('pools', id, { name: id, state: 'ACTIVE' }),
    'iam workload-identity-pools providers describe': ([id], flags) =>
      get('providers', `${flags['workload-identity-pool']}/${id}`),
    'iam workload-identity-pools providers create-oidc': ([id], flags) => {
      get('pools', flags['workload-identity-pool']);
      make('providers', `${flags['workload-identity-pool']}/${id}`, {
        name: id,
        state: 'ACTIVE',
        attributeCondition: flags['attribute-condition'],
        attributeMapping: flags['attribute-mapping'],
        issuerUri: flags['issuer-uri'],
      });
    },
    'iam service-accounts describe': ([email]) => get('accounts', email),
    'iam service-accounts create': ([id], flags) => {
      if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id))
        throw refuse(2, `Bad value [${id}]: Service account name must be between 6 and 30 characters`);
      const email = `${id}@${flags.project}.iam.gserviceaccount.com`;
      make('accounts', email, { email });
    },
  };
  const policies = {
    projects: { of: () => 'project', asks: true },
    'storage buckets': { of: ([url]) => (get('buckets', bucketOf(url)), url), asks: false },
    'kms keys': { of: (words, flags) => (get('keys', keyOf(words, flags)), keyOf(words, flags)), asks: false },
    'iam service-accounts': { of: ([email]) => (get('accounts', email), email), asks: true },
  };
  for (const [group, { of, asks }] of Object.entries(policies)) {
    runs[`${group} get-iam-policy`] = (words, flags) => policy(of(words, flags));
    runs[`${group} add-iam-policy-binding`] = (words, flags) => grant(world.policies, of(words, flags), flags, asks);
  }

  /** APIs that commands need. */
  const apis = { kms: 'cloudkms', builds: 'cloudbuild', iam: 'iam', storage: 'storage' };

  try {
    world.calls.push(argv);
    const { words, flags } = parse();
    const fault = world.faults[name]?.shift();
    if (fault !== undefined) throw refuse(1, fault);
    project(['projects', 'billing'].includes(argv[0]) ? words[0] : flags.project);
    const api = apis[argv[0]];
    if (api !== undefined) needs(`${api}.googleapis.com`);
    const shown = runs[name](words, flags);
    const stdout = flags.format === 'json' && shown !== undefined ? `${JSON.stringify(shown)}\n` : '';
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: error.code, stdout: '', stderr: `ERROR: ${error.message}\n` };
  }
}

module.exports = { answer };

if (require.main === module) {
  const file = process.env.GCLOUD_STAND_IN;
  const world = JSON.parse(readFileSync(file, 'utf8'));
  const { code, stdout, stderr } = answer(process.argv.slice(2), world);
  writeFileSync(file, JSON.stringify(world));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}

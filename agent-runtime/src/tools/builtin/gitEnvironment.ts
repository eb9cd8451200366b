/**
 * Settings that outrank a repository's own: a repository is somebody else's, and its configuration can name programs.
 * Filters, merge and diff drivers cannot be overruled by name; unpacking drops the configuration, the confinement holds the rest.
 */
const settings: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.pager': 'cat',
  'core.editor': 'true',
  'core.askPass': 'true',
  'core.sshCommand': 'false',
  'core.attributesFile': '/dev/null',
  'credential.helper': '',
  'diff.external': '',
  'gpg.program': 'false',
  'log.showSignature': 'false',
  'commit.gpgSign': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'safe.directory': '*',
  'safe.bareRepository': 'explicit',
  'submodule.recurse': 'false',
  'protocol.ext.allow': 'never',
  'advice.detachedHead': 'false',
  'init.defaultBranch': 'main',
};

/** Variables for every run of git: no hooks, no prompt, no pager, no configuration but the repository's under ours. Pure. */
export function gitEnvironment(options: { network: boolean }): Record<string, string> {
  const env: Record<string, string> = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
    GIT_ASKPASS: 'true',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: options.network ? 'file:http:https' : 'file',
    GIT_AUTHOR_NAME: 'agent',
    GIT_AUTHOR_EMAIL: 'agent@localhost',
    GIT_COMMITTER_NAME: 'agent',
    GIT_COMMITTER_EMAIL: 'agent@localhost',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
  };
  Object.entries(settings).forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}

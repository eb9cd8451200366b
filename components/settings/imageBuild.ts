/** An image of the factory and how it is built; the context is the root of the repository. */
export interface ImageBuild {
  /** Last part of the image's name. */
  name: string;
  dockerfile: string;
  /** Stage of the Dockerfile. Defaults to its last. */
  target?: string;
  /** Build arguments. */
  args: Record<string, string>;
}

/** What an agent type's image is made of. */
export interface AgentImage {
  /** Agent type. */
  name: string;
  /** Debian packages. */
  programs: readonly string[];
}

/** Name of the image that the agents' images are built on. */
export const agentBaseImage = 'agent-base';
export const dispatcherImage = 'dispatcher';

/** Name of an agent type's image. */
export function agentImage(type: string): string {
  return `agent-${type}`;
}

/** Every image: the dispatcher, the base of agents, and one for each agent type with the programs it needs. */
export function imageBuilds(agents: readonly AgentImage[], baseImage: string): ImageBuild[] {
  const agentDockerfile = 'agent-runtime/Dockerfile';
  return [
    { name: dispatcherImage, dockerfile: 'dispatcher/Dockerfile', args: { BASE_IMAGE: baseImage } },
    { name: agentBaseImage, dockerfile: agentDockerfile, target: 'base', args: { BASE_IMAGE: baseImage } },
    ...agents.map(({ name, programs }) => ({
      name: agentImage(name),
      dockerfile: agentDockerfile,
      target: 'agent',
      args: { BASE_IMAGE: baseImage, PROGRAMS: [...programs].sort().join(' ') },
    })),
  ];
}

/** Digests of what the pipeline pushed. */
export interface Digests {
  dispatcher: string;
  /** By agent type. */
  agents: Readonly<Record<string, string>>;
}

/** References by digest of the dispatcher and of every agent type. Throws with all that have no digest, or none that can be one. */
export function digestReferences(registry: string, agents: readonly AgentImage[], digests: Partial<Digests>) {
  const wanted = [
    { path: 'dispatcher', name: dispatcherImage, digest: digests.dispatcher },
    ...agents.map(({ name }) => ({
      path: `agents.${name}`,
      name: agentImage(name),
      digest: digests.agents?.[name],
    })),
  ];
  const faults = wanted
    .filter(({ digest }) => digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest))
    .map(
      ({ path, digest }) =>
        `[images.${path}] ${digest === undefined ? 'has no digest' : `is "${digest}", not sha256: and 64 hexadecimal digits`}`,
    );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return Object.fromEntries(wanted.map(({ name, digest }) => [name, `${registry}/${name}@${digest ?? ''}`]));
}

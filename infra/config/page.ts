import { agentTypes, configReference, modelsConfigSchema } from '@agent-factory/contract';
import { configSchema } from './schema';

/** docs/configuration.md: the reference of a stack's configuration, made from its schema. `read` gives a file of the repository. */
export function configurationPage(read: (file: string) => string): string {
  const schema = configSchema(agentTypes).extend({ models: modelsConfigSchema });
  return `${introduction(read)}\n${configReference(schema)}\n`;
}

const introduction = (read: (file: string) => string): string => `# Configuration of a stack

One file a stack, \`Pulumi.<stack>.yaml\`, holds only what differs from the defaults below; \`gcp:project\` and \`gcp:region\` say where. A stack
that \`inherits\` another starts from that one's file. A fault is reported with its path, all at once, before any resource is touched. This page
is generated from the schema by \`npm run generate\`.

The file of the development environment:

\`\`\`yaml
${read('Pulumi.dev.yaml').trim()}
\`\`\`

Secrets are set with \`pulumi config set --secret\`. In the paths below \`<name>\` is a key that you choose, and \`[]\` an item of a list.
`;

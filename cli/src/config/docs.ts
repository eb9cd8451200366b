import { configReference } from '@agent-factory/contract';
import { factoryConfigSchema } from './schema';

/** docs/factory-yaml.md, made from the schema. */
export function factoryYamlDocs(): string {
  return `${introduction}\n${configReference(factoryConfigSchema)}\n`;
}

const introduction = `# factory.yaml

The configuration of the factory on one machine: a file beside which you run \`factory up\`. It is optional, and so is every key; a key
that is not listed here is an error. \`factory config check\` shows every fault with its line, column and path. This page is generated from
the schema by \`npx tsx cli/scripts/docs.ts\`.

\`\`\`yaml
# Two agents for Python, none for models, and a model provider.
agents:
  python: { count: 2, slots: 2 }
  ml: { count: 0 }
models:
  providers:
    local: { kind: openai-compatible, base_url: http://127.0.0.1:8000/v1 }
  models:
    my-model: { provider: local, model: my-model, tiers: [small, standard, large] }
\`\`\`

In the paths below \`<name>\` is a key that you choose, and \`[]\` an item of a list.
`;

/** The example of the page as YAML; a test checks that it is right. */
export function exampleOfDocs(): string {
  return /```yaml\n([\s\S]*?)```/.exec(introduction)?.[1] ?? '';
}

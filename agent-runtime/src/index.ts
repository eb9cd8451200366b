/** What starts and configures agents: the cli. The programs themselves are made by build.mjs. */
export { describeConfinement, type ConfinementReport } from './confinement/describe';
export { detectConfinement } from './confinement/detect';
export {
  confinementLabel,
  confinementWishSchema,
  type Confinement,
  type ConfinementWish,
} from './confinement/confinement';
export { mcpConfigSchema, mcpServersSchema, type McpServers } from './tools/mcp/config';

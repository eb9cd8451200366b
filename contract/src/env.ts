/** Names of every environment variable that a program of the factory reads. */
export const env = {
  /** Dispatcher: redis:// or rediss:// URL. */
  redisUrl: 'REDIS_URL',
  /** Dispatcher: address to listen on. Defaults to 127.0.0.1. */
  listenHost: 'LISTEN_HOST',
  /** Dispatcher: HTTP port. Defaults to 7070; 0 takes a free one. */
  httpPort: 'HTTP_PORT',
  /** Dispatcher: gRPC port. Defaults to 7071; 0 takes a free one. */
  grpcPort: 'GRPC_PORT',
  /** Dispatcher: file with its configuration (tokens, models, limits) as JSON. */
  dispatcherConfig: 'DISPATCHER_CONFIG',
  /** Dispatcher: folder for artifacts. */
  artifactDir: 'ARTIFACT_DIR',
  /** All: pino level. Defaults to info. */
  logLevel: 'LOG_LEVEL',
  /** Agent, CLI: base URL of the HTTP API. */
  factoryUrl: 'FACTORY_URL',
  /** CLI: API token. */
  factoryToken: 'FACTORY_TOKEN',
  /** Agent: host:port of the gRPC service. */
  factoryGrpc: 'FACTORY_GRPC',
  /** Agent: file that holds the token it registers with; read again at each connection. */
  agentTokenFile: 'AGENT_TOKEN_FILE',
  /** Agent: name of its type. */
  agentType: 'AGENT_TYPE',
  /** Agent: its id; one live registration an id. */
  agentId: 'AGENT_ID',
  /** Agent: tasks at a time. Defaults to the record's slots. */
  agentSlots: 'AGENT_SLOTS',
  /** Agent: folder below which each task gets its workspace. */
  workspaceRoot: 'WORKSPACE_ROOT',
  /** Agent: how tools are confined: auto, bubblewrap, seatbelt, socket (another container serves them) or none. Defaults to auto. */
  toolConfinement: 'TOOL_CONFINEMENT',
  /** Agent, with confinement `socket`: path of the tools container's socket. */
  toolSocket: 'TOOL_SOCKET',
  /** Agent: file with MCP servers as JSON. */
  mcpConfig: 'MCP_CONFIG',
} as const;

export type EnvName = (typeof env)[keyof typeof env];

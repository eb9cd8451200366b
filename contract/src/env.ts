/** Names of every environment variable that a program of the factory reads. */
export const env = {
  /** Dispatcher: redis:// or rediss:// URL. */
  redisUrl: 'REDIS_URL',
  /** Dispatcher: file that holds the password of Redis, in place of one in the URL. */
  redisPasswordFile: 'REDIS_PASSWORD_FILE',
  /** Dispatcher, with rediss://: file with the certificates (PEM) of the authorities that Redis's certificate may come from. */
  redisCaFile: 'REDIS_CA_FILE',
  /** Dispatcher, with rediss://: the name in Redis's certificate, when the URL has another or an address. */
  redisTlsServerName: 'REDIS_TLS_SERVER_NAME',
  /** Dispatcher: address to listen on. Defaults to 127.0.0.1. */
  listenHost: 'LISTEN_HOST',
  /** Dispatcher: HTTP port. Defaults to 7070; 0 takes a free one. */
  httpPort: 'HTTP_PORT',
  /** Dispatcher: gRPC port. Defaults to 7071; 0 takes a free one. */
  grpcPort: 'GRPC_PORT',
  /** Dispatcher: file with its configuration (tokens, models, limits) as JSON. */
  dispatcherConfig: 'DISPATCHER_CONFIG',
  /** Dispatcher, role serve: folder for artifacts. */
  artifactDir: 'ARTIFACT_DIR',
  /** Dispatcher, role recycler: host and port of the Kubernetes API; Kubernetes sets them. */
  kubernetesServiceHost: 'KUBERNETES_SERVICE_HOST',
  kubernetesServicePort: 'KUBERNETES_SERVICE_PORT',
  /** All: pino level. Defaults to info. */
  logLevel: 'LOG_LEVEL',
  /** Agent, CLI: base URL of the HTTP API. */
  factoryUrl: 'FACTORY_URL',
  /** CLI: API token. */
  factoryToken: 'FACTORY_TOKEN',
  /** Agent: base URL of the model gateway. Defaults to FACTORY_URL. */
  modelUrl: 'MODEL_URL',
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
  /** Agent: file with what its environment changes of its type's record, as JSON (agentRecordSchema). */
  agentRecord: 'AGENT_RECORD',
  /** Agent: milliseconds that held work gets to end once the agent was told to leave. Defaults to 8000. */
  drainGraceMs: 'DRAIN_GRACE_MS',
  /** Agent and tools container: port of /healthz and /readyz on every address. Defaults to none. */
  healthPort: 'HEALTH_PORT',
  /** Agent: folder below which each task gets its workspace. */
  workspaceRoot: 'WORKSPACE_ROOT',
  /** Agent: folder that tools cannot reach, for downloads. Defaults to WORKSPACE_ROOT, where rights alone keep them out. */
  privateRoot: 'PRIVATE_ROOT',
  /** Agent: how tools are confined: auto, bubblewrap, seatbelt, socket (another container serves them) or none. Defaults to auto. */
  toolConfinement: 'TOOL_CONFINEMENT',
  /** Agent, with confinement `socket`: path of the tools container's socket. */
  toolSocket: 'TOOL_SOCKET',
  /** Agent: bytes of memory that the programs of a task may hold together. Defaults to 4 GiB, or half of the machine. */
  toolMemoryBytes: 'TOOL_MEMORY_BYTES',
  /** Tools container: folder beside the workspace that programs may fill; emptied when no session is open. Defaults to none. */
  toolScratch: 'TOOL_SCRATCH',
  /** Tools: `1` when they have a process namespace of their own, in which another process is the first. */
  toolPidNamespace: 'FACTORY_PID_NAMESPACE',
  /** Agent: file with MCP servers as JSON. */
  mcpConfig: 'MCP_CONFIG',
} as const;

export type EnvName = (typeof env)[keyof typeof env];

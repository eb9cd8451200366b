/** One record an error code: how HTTP and gRPC answer it, and what the reader can do. Retired codes are never used again. */
export const errorCatalogue = {
  ARTIFACT_DIGEST_MISMATCH: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The bytes do not have the digest in the address',
    hint: 'Send the bytes whose SHA-256 is in the path.',
  },
  ARTIFACT_NOT_FOUND: {
    http: 404,
    grpc: 'NOT_FOUND',
    retryable: false,
    title: 'No such artifact',
    hint: 'Upload it first: PUT /v1/artifacts/{digest}. Artifacts are dropped after their retention.',
  },
  ARTIFACT_STORE_FULL: {
    http: 507,
    grpc: 'RESOURCE_EXHAUSTED',
    retryable: true,
    title: 'There is no room for another artifact',
    hint: 'Try again when other uploads have ended, or raise limits.artifact_total_bytes.',
  },
  BATCH_EMPTY: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The batch holds no task',
    hint: 'Send 1 to 1,000 tasks.',
  },
  BATCH_TOO_LARGE: {
    http: 413,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The batch holds too many tasks',
    hint: 'Send at most 1,000 tasks a call.',
  },
  BUDGET_SPENT: {
    http: 402,
    grpc: 'RESOURCE_EXHAUSTED',
    retryable: false,
    title: "The task's budget of tokens or money is spent",
    hint: 'Raise limits.max_tokens or limits.max_cost_usd and submit again.',
  },
  CURSOR_INVALID: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The cursor is not one of ours',
    hint: 'Use next_cursor of the page before, or leave the cursor out.',
  },
  FORBIDDEN: {
    http: 403,
    grpc: 'PERMISSION_DENIED',
    retryable: false,
    title: 'The token lacks a scope',
    hint: 'Use a token that has the scope named in the detail.',
  },
  IDEMPOTENCY_CONFLICT: {
    http: 409,
    grpc: 'ALREADY_EXISTS',
    retryable: false,
    title: 'The idempotency key was used for another task',
    hint: 'Use a new key for a new task.',
  },
  INTERNAL: {
    http: 500,
    grpc: 'INTERNAL',
    retryable: true,
    title: 'The dispatcher failed',
    hint: 'Try again; the log of the dispatcher has the request id.',
  },
  INVALID_ARGUMENT: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The request does not fit its schema',
    hint: 'Each entry of errors names the path of a fault.',
  },
  LEASE_EXPIRED: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retryable: false,
    title: 'The lease is over',
    hint: 'The task belongs to a later attempt: drop the work.',
  },
  LEASE_NOT_HELD: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retryable: false,
    title: 'The agent does not hold this task',
    hint: 'Only the agent that claimed a task may report on it.',
  },
  MALFORMED_JSON: {
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The body is not JSON',
    hint: 'Send valid JSON as application/json.',
  },
  MALFORMED_REQUEST: {
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The request is not valid HTTP',
    hint: 'Check what the client sends.',
  },
  MODEL_FAILED: {
    http: 502,
    grpc: 'UNAVAILABLE',
    retryable: true,
    title: 'The model provider failed',
    hint: 'The detail has what the provider said.',
  },
  MODEL_NOT_CONFIGURED: {
    http: 404,
    grpc: 'NOT_FOUND',
    retryable: false,
    title: 'No such model is configured',
    hint: 'Name a model of GET /v1/models, or configure one.',
  },
  MODEL_RATE_LIMITED: {
    http: 429,
    grpc: 'RESOURCE_EXHAUSTED',
    retryable: true,
    title: 'The model provider asks to wait',
    hint: 'Try again after the seconds in Retry-After.',
  },
  MODEL_TIMEOUT: {
    http: 504,
    grpc: 'DEADLINE_EXCEEDED',
    retryable: true,
    title: 'The model provider took too long',
    hint: 'Ask for less output, or raise timeout_ms of the model.',
  },
  NOT_FOUND: {
    http: 404,
    grpc: 'NOT_FOUND',
    retryable: false,
    title: 'No such address',
    hint: 'GET /openapi.json lists the addresses.',
  },
  AGENT_NOT_FOUND: {
    http: 404,
    grpc: 'NOT_FOUND',
    retryable: false,
    title: 'No such agent',
    hint: 'GET /v1/agents lists the agents.',
  },
  AGENT_REPLACED: {
    http: 409,
    grpc: 'ABORTED',
    retryable: false,
    title: 'A newer connection registered this agent',
    hint: 'Give each agent an id of its own.',
  },
  AGENT_NOT_A_POD: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retryable: false,
    title: 'The agent is not a pod of a cluster',
    hint: 'Only an agent that registered with a service-account token has a pod to replace; elsewhere its supervisor restarts it.',
  },
  IDENTITY_UNAVAILABLE: {
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    title: 'The keys that prove who an agent is cannot be had',
    hint: "Try again. If it lasts, check that the dispatcher reaches the issuer's keys (identity.issuers of its configuration).",
  },
  PAYLOAD_TOO_LARGE: {
    http: 413,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The payload is too large',
    hint: 'Put large inputs into an artifact and name it in inputs.',
  },
  PLAN_REFERENCE_INVALID: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'A step refers to something no earlier step makes',
    hint: 'Refer to #/steps/{id}/output of an earlier step.',
  },
  QUEUE_FULL: {
    http: 429,
    grpc: 'RESOURCE_EXHAUSTED',
    retryable: true,
    title: 'The queue of this type is full',
    hint: 'Try again after the seconds in Retry-After.',
  },
  RECYCLER_BEHIND: {
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    title: 'Too many released sandboxes wait for the recycler',
    hint: 'Check that a dispatcher with the role recycler runs and may delete pods, then try again.',
  },
  REQUEST_TIMEOUT: {
    http: 408,
    grpc: 'DEADLINE_EXCEEDED',
    retryable: true,
    title: 'The request was not sent in time',
    hint: 'Send it again, faster.',
  },
  RESULT_TOO_LARGE: {
    http: 413,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The result is too large',
    hint: 'Write large outputs to an artifact and return its digest.',
  },
  ROUTE_NOT_FOUND: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'No rule routes this task_type',
    hint: 'GET /v1/routes lists the rules, or name the agent type.',
  },
  SHUTTING_DOWN: {
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    title: 'The dispatcher is shutting down',
    hint: 'Try again; another replica answers.',
  },
  STORE_UNAVAILABLE: {
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    title: 'A store of the dispatcher does not answer',
    hint: 'Try again. Whether the call took effect is unknown; with the same Idempotency-Key a submission is safe to repeat.',
  },
  STREAM_LIMIT: {
    http: 429,
    grpc: 'RESOURCE_EXHAUSTED',
    retryable: true,
    title: 'Too many streams are open',
    hint: 'Close some, or try again after the seconds in Retry-After.',
  },
  TASK_CANCELLED: {
    http: 409,
    grpc: 'ABORTED',
    retryable: false,
    title: 'The task was cancelled',
    hint: 'Submit it again if it is still wanted.',
  },
  TASK_FINISHED: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retryable: false,
    title: 'The task has already ended',
    hint: 'GET the task for its result.',
  },
  TASK_NOT_DEAD: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retryable: false,
    title: 'The task is not in the dead letters',
    hint: 'Only a failed task can be redriven.',
  },
  TASK_NOT_FOUND: {
    http: 404,
    grpc: 'NOT_FOUND',
    retryable: false,
    title: 'No such task',
    hint: 'Results are dropped after their retention; check the id.',
  },
  TASK_TIMEOUT: {
    http: 504,
    grpc: 'DEADLINE_EXCEEDED',
    retryable: true,
    title: 'The task ran longer than its timeout',
    hint: 'Raise timeout_ms or make the task smaller.',
  },
  TOOL_FAILED: {
    http: 422,
    grpc: 'FAILED_PRECONDITION',
    retryable: false,
    title: 'A tool call failed',
    hint: 'The detail names the step and what the tool said.',
  },
  TOOL_REFUSED: {
    http: 403,
    grpc: 'PERMISSION_DENIED',
    retryable: false,
    title: 'A tool call is not allowed',
    hint: 'Stay inside the workspace and the allow-list.',
  },
  TOOL_UNKNOWN: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'This agent type has no such tool',
    hint: 'GET /v1/types lists the tools of each type.',
  },
  TYPE_NOT_FOUND: {
    http: 404,
    grpc: 'NOT_FOUND',
    retryable: false,
    title: 'No such agent type',
    hint: 'GET /v1/types lists the types.',
  },
  TYPE_UNKNOWN: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'An unknown agent type is named',
    hint: 'GET /v1/types lists the types.',
  },
  UNAUTHENTICATED: {
    http: 401,
    grpc: 'UNAUTHENTICATED',
    retryable: false,
    title: 'The token is missing, wrong or expired',
    hint: 'Send Authorization: Bearer <token>.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    http: 415,
    grpc: 'INVALID_ARGUMENT',
    retryable: false,
    title: 'The media type is not taken here',
    hint: 'Send the body with the Content-Type that the detail names.',
  },
  WORKER_LOST: {
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    title: 'The agent was lost while it held the task',
    hint: 'The task was given to another agent until its attempts were spent.',
  },
} as const satisfies Record<string, ErrorRecord>;

/** The shape of one entry of the catalogue. */
export interface ErrorRecord {
  /** HTTP status. */
  http: number;
  /** Name of the gRPC status. */
  grpc: GrpcStatusName;
  /** Whether the same request may succeed later without change. */
  retryable: boolean;
  /** One line for people; never changes with the request. */
  title: string;
  /** What the reader can do. */
  hint: string;
}

/** The gRPC statuses that the catalogue uses. */
export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'UNAUTHENTICATED';

export type ErrorCode = keyof typeof errorCatalogue;

/** All codes, as a tuple that zod can take. */
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]; // keys of a literal, none lost

/** One fault inside a request: where (JSON path such as `brain.steps[2].tool`) and what. */
export interface Fault {
  path: string;
  message: string;
}

/** Any failure that a user can be told about. `detail` and `faults` never hold a secret or a payload. */
export class FactoryError extends Error {
  override readonly name = 'FactoryError';
  readonly faults: readonly Fault[];
  /** Seconds after which a retry makes sense; becomes Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options: { faults?: readonly Fault[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get record(): ErrorRecord {
    return errorCatalogue[this.code];
  }
}

/** Whether a value from outside is one of our codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCatalogue, value);
}

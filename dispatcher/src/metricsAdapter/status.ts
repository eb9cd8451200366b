/** The failures of this API, as Kubernetes names them, with their HTTP status. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;

/** Why a request was not answered; becomes a Kubernetes Status. */
export class StatusError extends Error {
  readonly code: number;

  constructor(
    readonly reason: keyof typeof codes,
    message: string,
  ) {
    super(message);
    this.name = 'StatusError';
    this.code = codes[reason];
  }
}

/** The object that tells a client of Kubernetes what went wrong. */
export function statusOf({ message, reason, code }: StatusError) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  };
}

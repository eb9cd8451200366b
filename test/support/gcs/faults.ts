/** What a request is for, told from its method and address. */
export type Asked =
  | 'stat'
  | 'read'
  | 'touch'
  | 'delete'
  | 'list'
  | 'check'
  | 'insert'
  | 'start'
  | 'append'
  | 'ask' // how much of an upload has arrived
  | 'cancel';

/** What goes wrong with one request. */
export type Fault =
  /** Answered so, and nothing done; of a piece so many bytes are kept all the same. */
  | { status: number; headers?: Readonly<Record<string, string>>; keeps?: number }
  /** Done, and the connection cut in place of an answer. */
  | 'answer lost'
  /** Cut before anything is done. */
  | 'cut'
  /** Never answered. */
  | 'hang'
  /** Of the bytes that are asked for only so many come, and then the connection is cut, or nothing more happens. */
  | { sends: number; after: 'cut' | 'hang' }
  /** One bit of the bytes is another, on their way in or out. */
  | 'bit flipped'
  /** Stored with a bit flipped, by a service that does not look at checksums. */
  | 'stored wrong';

export function flipped(bytes: Buffer): Buffer {
  const wrong = Buffer.from(bytes);
  wrong[0] = (wrong[0] ?? 0) ^ 1;
  return wrong;
}

export function askedOf(method: string, { pathname, searchParams: query }: URL, range: string): Asked | undefined {
  const upload = pathname.startsWith('/upload/');
  if (upload && method === 'POST') return query.get('uploadType') === 'resumable' ? 'start' : 'insert';
  if (upload && method === 'PUT') return range.startsWith('bytes */') ? 'ask' : 'append';
  if (upload && method === 'DELETE') return 'cancel';
  if (pathname.endsWith('/iam/testPermissions')) return 'check';
  if (pathname.endsWith('/o')) return method === 'GET' ? 'list' : undefined;
  if (method === 'GET') return query.get('alt') === 'media' ? 'read' : 'stat';
  return method === 'PATCH' ? 'touch' : method === 'DELETE' ? 'delete' : undefined;
}

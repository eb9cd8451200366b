/** One server-sent event. */
export interface SseEvent {
  id: string | undefined;
  event: string;
  data: string;
}

const maxEventBytes = 4_194_304;

/** Puts events together from pieces of a stream, wherever they are cut; understands all three ends of line and comments. */
export class SseParser {
  private rest = '';
  private id: string | undefined;
  private event = '';
  private data: string[] = [];

  /** The events that are whole after this piece. Throws when one grows past 4 MiB. */
  push(piece: string): SseEvent[] {
    this.rest += piece;
    if (this.rest.length > maxEventBytes) throw new Error('an event of the stream is too large');
    const events: SseEvent[] = [];
    for (;;) {
      const match = /\r\n|\n|\r(?!$)/.exec(this.rest); // a CR at the very end may be the first half of CRLF
      if (match === null) return events;
      const line = this.rest.slice(0, match.index);
      this.rest = this.rest.slice(match.index + match[0].length);
      const event = this.takeLine(line);
      if (event !== undefined) events.push(event);
    }
  }

  private takeLine(line: string): SseEvent | undefined {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return undefined;
  }

  private dispatch(): SseEvent | undefined {
    const { data, event } = this;
    this.data = [];
    this.event = '';
    return data.length === 0
      ? undefined
      : { id: this.id, event: event === '' ? 'message' : event, data: data.join('\n') };
  }
}

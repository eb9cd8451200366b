import { z } from 'zod';

/** What TOOL_CONFINEMENT may say. `auto` takes the best that the system has. */
export const confinementWishSchema = z.enum(['auto', 'bubblewrap', 'seatbelt', 'socket', 'none']);
export type ConfinementWish = z.infer<typeof confinementWishSchema>;

/** Bubblewrap, as a probe found it. */
export interface Bubblewrap {
  kind: 'bubblewrap';
  /** Absolute path of bwrap. */
  program: string;
  /** Whether it can forbid further user namespaces inside (0.8 and later). */
  disableUserns: boolean;
  /** Whether it can bound a tmpfs (0.7 and later). */
  tmpfsSize: boolean;
  /** Why system calls are not filtered here; undefined: they are. */
  unfiltered: string | undefined;
}

/** macOS sandbox-exec. */
export interface Seatbelt {
  kind: 'seatbelt';
  /** Absolute path of sandbox-exec. */
  program: string;
}

/** Another container serves the tools on this socket. */
interface SocketConfinement {
  kind: 'socket';
  path: string;
}

/** What keeps the tools process away from the rest of the system. `none`: nothing but its empty environment. */
export type Confinement = Bubblewrap | Seatbelt | SocketConfinement | { kind: 'none' };

/** The word that an agent registers with. */
export function confinementLabel(confinement: Confinement): string {
  return confinement.kind === 'socket' ? 'container' : confinement.kind;
}

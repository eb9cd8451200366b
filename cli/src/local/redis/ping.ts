import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../clock';

/** Asks a Redis once whether it serves. Resolves when it does; rejects with why not: unreachable, wrong password, still loading. */
export function pingRedis(url: string, timeoutMs = 2_000): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
  return new Promise((resolve, reject) => {
    const socket: Socket =
      protocol === 'rediss:' ? connectTls({ ...address, servername: address.host }) : connectTcp(address);
    const finish = (error?: Error): void => {
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.setTimeout(timeoutMs, () => finish(new Error(`no answer within ${timeoutMs} ms`)));
    socket.once('error', (error) => finish(error));
    socket.once('close', () => finish(new Error('the connection was closed')));
    const credentials = [decodeURIComponent(username), decodeURIComponent(password)].filter((part) => part !== '');
    if (credentials.length > 0) socket.write(command('AUTH', ...credentials));
    socket.write(command('PING'));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const lines = answer.split('\r\n').slice(0, -1);
      const refusal = lines.find((line) => line.startsWith('-'));
      if (refusal !== undefined) finish(new Error(refusal.slice(1)));
      else if (lines.includes('+PONG')) finish();
    });
  });
}

/** Resolves once the Redis serves; gives up only when `signal` aborts. */
export async function untilRedisServes(url: string, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await pingRedis(url);
    } catch {
      await clock.sleep(20, signal);
    }
  }
}

function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { systemClock, type Clock } from '../../../cli/src/local/clock';
import { identify } from '../../../cli/src/local/identity';
import { waitForEnd } from '../../../cli/src/local/state';
import { backoffMs, defaultBackoff } from '../../../cli/src/local/supervisor/backoff';
import { LogFile, readLastLines } from '../../../cli/src/local/supervisor/logFile';
import { Part, type PartEvent, type PartSpec } from '../../../cli/src/local/supervisor/part';
import { Supervisor } from '../../../cli/src/local/supervisor/supervisor';
import { identityOf } from '../support/children';
import { temporaryFolder } from '../support/folder';
import { scriptedClock } from '../support/scriptedClock';

const ready = 'process.send({ ready: true });';
const stay = 'setInterval(() => {}, 1e6);';
const leave = `process.on('SIGTERM', () => process.exit(0)); process.on('disconnect', () => process.exit(0));`;

function spec(code: string, rest: Partial<PartSpec> = {}): PartSpec {
  return {
    name: 'part',
    command: process.execPath,
    args: ['-e', code],
    env: process.env,
    cwd: temporaryFolder(),
    ready: 'ipc',
    readyTimeoutMs: 20_000,
    stopTimeoutMs: 5_000,
    ...rest,
  };
}

/** A part and what it tells; `next` waits for the next event of a kind. */
function makePart(of: PartSpec, clock: Clock = systemClock) {
  const events: PartEvent[] = [];
  const listeners: (() => void)[] = [];
  const part = new Part(of, new LogFile(join(of.cwd, 'part.log')), clock, (event) => {
    events.push(event);
    for (const listener of listeners.splice(0)) listener();
  });
  parts.push(part);
  let seen = 0;
  const next = async <K extends PartEvent['kind']>(kind: K): Promise<Extract<PartEvent, { kind: K }>> => {
    for (;;) {
      while (seen < events.length) {
        const event = events[seen];
        seen += 1;
        if (event?.kind === kind) return event as Extract<PartEvent, { kind: K }>; // its kind was just compared
      }
      await new Promise<void>((resolve) => listeners.push(resolve));
    }
  };
  return { part, events, next };
}

const parts: Part[] = [];
afterEach(() => {
  for (const part of parts.splice(0)) part.kill();
});

test('a part is ready when it says so, and stops when asked', async () => {
  const { part } = makePart(spec(`${leave}${ready}${stay}`));
  await part.start();
  expect(part.state).toBe('ready');
  const { pid } = part.identity ?? { pid: 0 };
  expect(identify(pid)).toBeDefined();
  await part.stop();
  expect(part.state).toBe('stopped');
  expect(identify(pid)).toBeUndefined();
  await part.stop();
});

test('a part that is killed is started again, after 0.2 s, then twice as long each time, and 0.2 s again once it was healthy for a minute', async () => {
  const clock = scriptedClock();
  const { part, next } = makePart(spec(`${leave}${ready}${stay}`), clock);
  await part.start();
  const crash = async (): Promise<number> => {
    process.kill(part.identity?.pid ?? 0, 'SIGKILL');
    const { restartInMs, how } = await next('crashed');
    expect(how).toBe('was ended by SIGKILL');
    await clock.pass(restartInMs);
    await next('ready');
    return restartInMs;
  };
  await next('ready');
  expect([await crash(), await crash(), await crash()]).toEqual([200, 400, 800]);
  clock.advance(60_000);
  expect(await crash()).toBe(200);
  expect(part.restarts).toBe(4);
  await part.stop();
});

test('a part that keeps crashing is named with its last lines, and is still tried', async () => {
  const clock = scriptedClock();
  const { part, next } = makePart(
    spec('console.error("first line"); console.error("no such thing"); process.exit(3);'),
    clock,
  );
  const started = part.start();
  started.catch(() => undefined);
  for (const delay of [200, 400, 800, 1_600]) {
    expect(await next('crashed')).toMatchObject({ restartInMs: delay, persistent: false, how: 'ended with code 3' });
    await clock.pass(delay);
  }
  expect(await next('crashed')).toMatchObject({
    persistent: true,
    lastLines: expect.arrayContaining(['no such thing']),
  });
  await expect(started).rejects.toThrow('keeps ending before it is ready: it ended with code 3');
  await clock.pass(3_200);
  await next('crashed');
  await part.stop();
});

test('a part that does not become ready is killed and started again', async () => {
  const clock = scriptedClock();
  const { part, next } = makePart(spec(stay, { readyTimeoutMs: 7_000 }), clock);
  part.start().catch(() => undefined);
  await next('started');
  await clock.pass(7_000);
  expect(await next('crashed')).toMatchObject({ how: 'was not ready within 7 s' });
  await part.stop();
});

test('a part that does not end when asked is killed after its stop timeout', async () => {
  const clock = scriptedClock();
  const { part } = makePart(spec(`process.on('SIGTERM', () => {}); ${ready}${stay}`, { stopTimeoutMs: 9_000 }), clock);
  await part.start();
  const { pid } = part.identity ?? { pid: 0 };
  const stopped = part.stop();
  await clock.pass(9_000);
  await stopped;
  expect(identify(pid)).toBeUndefined();
});

test('a program that is not there is a crash with its reason, not an exception', async () => {
  const clock = scriptedClock();
  const { part, next } = makePart(spec('', { command: '/nowhere/program' }), clock);
  part.start().catch(() => undefined);
  expect((await next('crashed')).how).toContain('ENOENT');
  await part.stop();
});

test('a part that is stopped while it waits for its restart does not start again', async () => {
  const clock = scriptedClock();
  const { part, next, events } = makePart(spec('process.exit(1)'), clock);
  part.start().catch(() => undefined);
  await next('crashed');
  await clock.asked(200);
  await part.stop();
  expect(events.filter(({ kind }) => kind === 'started')).toHaveLength(1);
});

test('groups stop in the opposite order of their start', async () => {
  const folder = temporaryFolder();
  const supervisor = new Supervisor(
    systemClock,
    (name) => join(folder, `${name}.log`),
    () => {},
  );
  const logged = join(folder, 'order');
  const code = (name: string): string =>
    `process.on('SIGTERM', () => { require('fs').appendFileSync(${JSON.stringify(logged)}, '${name} '); process.exit(0); });${ready}${stay}`;
  for (const group of [['redis'], ['dispatcher'], ['agent']]) {
    await Promise.all(
      supervisor.startGroup(group.map((name) => spec(code(name), { name }))).map(({ ready: isReady }) => isReady),
    );
  }
  await supervisor.stop();
  await supervisor.stop();
  expect(readFileSync(logged, 'utf8')).toBe('agent dispatcher redis ');
  expect(supervisor.startGroup([spec(stay)])).toEqual([]);
});

test('when the supervisor is killed, a part with a channel ends itself', async () => {
  const folder = temporaryFolder();
  const pidFile = join(folder, 'pid');
  const child = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); ${leave}${ready}${stay}`;
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const { spawn } = require('child_process');
      const c = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      c.on('message', () => process.stdout.write('up')); setInterval(() => {}, 1e6);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(parent.stdout, 'data');
  const identity = identityOf(Number(readFileSync(pidFile, 'utf8')));
  parent.kill('SIGKILL');
  expect(await waitForEnd([identity], systemClock, 10_000)).toEqual([]);
});

test('backoff never falls, starts at the first delay and ends at the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (crashes) => {
      const delay = backoffMs(defaultBackoff, crashes);
      expect(delay).toBeGreaterThanOrEqual(200);
      expect(delay).toBeLessThanOrEqual(10_000);
      expect(backoffMs(defaultBackoff, crashes + 1)).toBeGreaterThanOrEqual(delay);
    }),
  );
});

test('a log is bounded, and its last lines are found over a rotation', () => {
  const path = join(temporaryFolder(), 'logs', 'part.log');
  const log = new LogFile(path, 1_000, 3);
  for (let line = 1; line <= 500; line += 1) log.write(`line ${line}\n`);
  log.write('unfinished');
  expect(log.lastLines()).toEqual(['line 499', 'line 500', 'unfinished']);
  log.close();
  log.write('after the end is dropped');
  expect(readFileSync(path).length + readFileSync(`${path}.1`).length).toBeLessThanOrEqual(2_000);
  expect(existsSync(`${path}.2`)).toBe(false);
  expect(readLastLines(path, 60)).toHaveLength(60);
  expect(readLastLines(path, 1)).toEqual(['unfinished']);
});

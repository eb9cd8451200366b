import { startHealth, type HealthServer } from '../../agent-runtime/src/health';

let health: HealthServer | undefined;
afterEach(() => health?.stop());

const status = async (path: string, method = 'GET'): Promise<number> =>
  (await fetch(`http://127.0.0.1:${health?.port}${path}`, { method })).status;

it('is alive from the start, and ready when it is', async () => {
  let ready = false;
  health = await startHealth(0, () => ready);
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  ready = true;
  expect(await status('/readyz?verbose')).toBe(200);
});

it('says nothing else', async () => {
  health = await startHealth(0, () => true);
  expect([await status('/'), await status('/metrics'), await status('/healthz', 'POST')]).toEqual([404, 404, 405]);
});

it('stops with connections open, and can stop twice', async () => {
  health = await startHealth(0, () => true);
  await status('/healthz');
  await Promise.all([health.stop(), health.stop()]);
  await expect(status('/healthz')).rejects.toThrow('fetch failed');
});

it('says that its port is taken', async () => {
  health = await startHealth(0, () => true);
  await expect(startHealth(health.port, () => true)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

import type { Agent } from '@agent-factory/contract';
import type { AgentRegistry } from '../../../dispatcher/src/registry/port';
import type { TestClock } from '../../support/clock';

export interface RegistryHarness {
  registry: AgentRegistry;
  clock: TestClock;
}

const one = {
  id: 'python-1',
  type: 'python' as const,
  version: '1.0.0',
  slots: 2,
  tools: ['shell'],
  confinement: 'bubblewrap',
};

/** What every implementation of the AgentRegistry port must do. */
export function registryConformance(fresh: () => Promise<RegistryHarness>): void {
  const ids = (agents: readonly Agent[]) => agents.map(({ id }) => id);

  describe('registry', () => {
    test('an agent is there as it registered', async () => {
      const { registry, clock } = await fresh();
      const at = new Date(clock.now()).toISOString();
      const agent = await registry.register(one, 'c1');
      expect(agent).toEqual({
        ...one,
        state: 'READY',
        busy: 0,
        registered_at: at,
        last_heartbeat: at,
        restart_count: 0,
      });
      expect(await registry.get('python-1')).toEqual(agent);
      await expect(registry.get('python-2')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    });

    test('a heartbeat records load and state', async () => {
      const { registry, clock } = await fresh();
      await registry.register(one, 'c1');
      clock.advance(2_500);
      expect(await registry.heartbeat('python-1', 'c1', 2, 'BUSY')).toBe(true);
      expect(await registry.get('python-1')).toMatchObject({
        state: 'BUSY',
        busy: 2,
        last_heartbeat: new Date(clock.now()).toISOString(),
      });
      expect(await registry.heartbeat('python-9', 'c1', 0, 'READY')).toBe(false);
    });

    test('a stale connection can no longer change or remove the row', async () => {
      const { registry } = await fresh();
      await registry.register(one, 'old');
      expect((await registry.register({ ...one, version: '2.0.0' }, 'new')).restart_count).toBe(1);
      expect(await registry.heartbeat('python-1', 'old', 2, 'DRAINING')).toBe(false);
      expect(await registry.deregister('python-1', 'old')).toBe(false);
      expect(await registry.get('python-1')).toMatchObject({ version: '2.0.0', state: 'READY', busy: 0 });
      // The second time as when the first answer was lost.
      expect(await registry.deregister('python-1', 'new')).toBe(true);
      expect(await registry.deregister('python-1', 'new')).toBe(true);
      expect(await registry.list()).toEqual([]);
    });

    test('a silent agent is told as unhealthy, and disappears after the retention', async () => {
      const { registry, clock } = await fresh();
      await registry.register(one, 'c1');
      clock.advance(30_000);
      expect((await registry.get('python-1')).state).toBe('READY');
      clock.advance(1);
      expect((await registry.get('python-1')).state).toBe('UNHEALTHY');
      expect(ids(await registry.list({ state: 'UNHEALTHY' }))).toEqual(['python-1']);
      await registry.heartbeat('python-1', 'c1', 0, 'READY');
      expect((await registry.get('python-1')).state).toBe('READY');
      clock.advance(86_400_001);
      expect(await registry.list()).toEqual([]);
    });

    test('an id may come back as another type', async () => {
      const { registry } = await fresh();
      await registry.register(one, 'c1');
      await registry.register({ ...one, type: 'data' }, 'c2');
      expect(await registry.list({ type: 'python' })).toEqual([]);
      expect(ids(await registry.list({ type: 'data' }))).toEqual(['python-1']);
    });

    test('lists by type, tool and state together', async () => {
      const { registry } = await fresh();
      await registry.register({ ...one, id: 'b', tools: ['shell', 'mcp/docs/search'] }, 'c1');
      await registry.register({ ...one, id: 'a' }, 'c2');
      await registry.register({ ...one, id: 'c', type: 'data' }, 'c3');
      await registry.heartbeat('a', 'c2', 1, 'DRAINING');
      expect(ids(await registry.list())).toEqual(['a', 'b', 'c']);
      expect(ids(await registry.list({ type: 'python', state: 'READY' }))).toEqual(['b']);
      expect(ids(await registry.list({ tool: 'mcp/docs/search' }))).toEqual(['b']);
      expect(ids(await registry.list({ type: 'data', tool: 'shell', state: 'READY' }))).toEqual(['c']);
    });

    test('holds thousands of agents', async () => {
      const { registry } = await fresh();
      await Promise.all(Array.from({ length: 2_000 }, (_, n) => registry.register({ ...one, id: `p-${n}` }, 'c')));
      expect(new Set(ids(await registry.list({ type: 'python' }))).size).toBe(2_000);
    });
  });
}

import * as pulumi from '@pulumi/pulumi';
import * as storage from '@pulumi/gcp/storage';
import * as organizations from '@pulumi/gcp/organizations';
import { record, valueOf } from './recorder';

class Pair extends pulumi.ComponentResource {
  readonly first: storage.Bucket;
  readonly second: storage.Bucket;
  constructor(name: string, args: { label: pulumi.Input<string> }, opts?: pulumi.ComponentResourceOptions) {
    super('test:index:Pair', name, {}, opts);
    this.first = new storage.Bucket(
      `${name}-first`,
      { name: 'first', location: 'EU' },
      { parent: this, protect: true },
    );
    this.second = new storage.Bucket(
      `${name}-second`,
      { name: 'second', location: this.first.location, labels: { team: args.label } },
      { parent: this, dependsOn: [this.first], ignoreChanges: ['labels'], aliases: [{ name: 'before' }] },
    );
    this.registerOutputs();
  }
}

describe('the recorder', () => {
  it('keeps parent, protect, dependencies, aliases and ignored changes of a resource', async () => {
    const { recording } = await record(() => new Pair('pair', { label: 'one' }));
    const pair = recording.one('test:index:Pair');
    const first = recording.one('gcp:storage/bucket:Bucket', 'pair-first');
    const second = recording.one('gcp:storage/bucket:Bucket', 'pair-second');
    expect(first).toMatchObject({ parent: pair.urn, protect: true, dependencies: [] });
    expect(second).toMatchObject({ parent: pair.urn, protect: false, aliases: ['before'], ignoreChanges: ['labels'] });
    expect(second.dependencies).toContain(first.urn);
    expect(second.inputDependencies.location).toEqual([first.urn]);
    expect(recording.waitsFor(second, first)).toBe(true);
    expect(recording.waitsFor(first, second)).toBe(false);
    expect(recording.counts()).toEqual({ 'gcp:storage/bucket:Bucket': 2, 'test:index:Pair': 1 });
  });

  it('tells secret inputs apart and shows them in plain', async () => {
    const { recording } = await record(() => new Pair('pair', { label: pulumi.secret('hidden') }));
    const second = recording.one('gcp:storage/bucket:Bucket', 'pair-second');
    expect(second.secretInputs).toEqual(['labels']);
    expect(second.inputs.labels).toEqual({ team: 'hidden' });
  });

  it('adds what the cloud would answer', async () => {
    const outputs = { 'gcp:storage/bucket:Bucket': () => ({ id: 'the-id', selfLink: 'link' }) };
    const { result } = await record(() => new Pair('pair', { label: 'one' }), { outputs });
    expect(await valueOf(result.first.id)).toBe('the-id');
    expect(await valueOf(result.first.selfLink)).toBe('link');
  });

  it('leaves outputs unknown in a preview', async () => {
    const { result } = await record(() => new Pair('pair', { label: 'one' }), { preview: true });
    expect(await valueOf(result.first.id)).toBeUndefined();
  });

  it('answers a provider function that it was given', async () => {
    const calls = { 'gcp:organizations/getProject:getProject': () => ({ number: '42' }) };
    const { result } = await record(() => organizations.getProjectOutput({ projectId: 'p' }).number, { calls });
    expect(await valueOf(result)).toBe('42');
  });

  it('fails on a provider function that nobody answers', async () => {
    const program = () => organizations.getProjectOutput({ projectId: 'p' });
    await expect(record(program)).rejects.toThrow(
      'nothing answers the provider function gcp:organizations/getProject:getProject',
    );
  });

  it('holds children back until the dependencies of their component are made', async () => {
    const { recording } = await record(() => {
      const bucket = new storage.Bucket('before', { name: 'before', location: 'EU' });
      return new Pair('pair', { label: 'one' }, { dependsOn: [bucket] });
    });
    const order = recording.all.map((resource) => resource.name);
    expect(order.indexOf('before')).toBeLessThan(order.indexOf('pair-first'));
    expect(
      recording.waitsFor(
        recording.one('gcp:storage/bucket:Bucket', 'pair-first'),
        recording.one('gcp:storage/bucket:Bucket', 'before'),
      ),
    ).toBe(true);
  });

  it('says what there is when a resource is missing', async () => {
    const { recording } = await record(() => new Pair('pair', { label: 'one' }));
    expect(() => recording.one('gcp:storage/bucket:Bucket')).toThrow('2 of gcp:storage/bucket:Bucket');
    expect(() => recording.one('gcp:redis/instance:Instance')).toThrow('0 of gcp:redis/instance:Instance');
  });
});

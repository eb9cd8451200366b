import { expect } from '../judge/expect';
import { byDigest, tagOf } from '../judge/images';
import { eachContainer, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { text, type Value } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-container-no-latest',
  description: 'Name the version of an image, never latest',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, ({ container, path }) =>
      expect(container, 'image', hasVersion, 'name a version or digest', path),
    ),
};

function hasVersion(value: Value): boolean {
  const tag = tagOf(text(value));
  return byDigest(text(value)) || (tag !== undefined && tag !== 'latest');
}

import { expect } from '../judge/expect';
import { byDigest } from '../judge/images';
import { eachContainer, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { text } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-container-image-digest',
  description: 'Name images by digest: a tag may be something else tomorrow',
  level: 'mandatory',
  source: 'Agent Factory',
  environments: ['staging', 'prod'],
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, ({ container, path }) =>
      expect(container, 'image', (image) => byDigest(text(image)), 'name it …@sha256:…', path),
    ),
};

import { forTypes, type ResourceRule } from '../judge/rule';
import { at, items, text } from '../judge/value';

const sources = ['sourceRanges', 'sourceTags', 'sourceServiceAccounts'];

export const rule: ResourceRule = {
  name: 'compute-firewall-no-open-ingress',
  description: 'Let nothing in from everywhere',
  level: 'mandatory',
  source: 'CIS GKE 5.6.6',
  appliesTo: forTypes('gcp:compute/firewall:Firewall'),
  judge: ({ props }) => {
    const inward = (text(at(props, 'direction')) || 'INGRESS') === 'INGRESS';
    if (!inward || items(at(props, 'allows')).length === 0 || at(props, 'disabled') === true) return [];
    if (sources.every((source) => at(props, source) === undefined))
      return [{ path: 'sourceRanges', fault: 'is not set, which means everywhere: name who may come in' }];
    return items(at(props, 'sourceRanges')).flatMap((range, index) =>
      text(range).endsWith('/0')
        ? [{ path: `sourceRanges[${index}]`, fault: `is ${text(range)}: name who may come in` }]
        : [],
    );
  },
};

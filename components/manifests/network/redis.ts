import { namespaces } from '../../types';
import { serviceNames } from '../endpoints';
import { labels, selector } from '../labels';
import { networkPolicy } from './policy';
import { podsIn, tcp } from './rules';

/** Every role of the dispatcher may reach Redis; it reaches nobody. */
export function redisNetworkPolicy(port: number) {
  return networkPolicy({
    name: serviceNames.redis,
    namespace: namespaces.system,
    labels: labels('redis'),
    selector: selector('redis'),
    ingress: [{ from: [podsIn(namespaces.system, { 'app.kubernetes.io/component': 'dispatcher' })], ports: tcp(port) }],
    egress: [],
  });
}

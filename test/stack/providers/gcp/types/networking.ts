import type { Rules } from '../rules';
import { network, subnetwork } from './network';
import { forwardingRule } from './forwardingRule';
import { firewall, securityPolicy } from './perimeter';
import { router, routerNat } from './routing';
import { address, globalAddress } from './staticAddress';
import { NETWORK, ROUTER, SUBNETWORK } from './tokens';

/** The types of the network, by token. */
export const networkRules: Readonly<Record<string, Rules>> = {
  [NETWORK]: network,
  [SUBNETWORK]: subnetwork,
  [ROUTER]: router,
  'gcp:compute/routerNat:RouterNat': routerNat,
  'gcp:compute/firewall:Firewall': firewall,
  'gcp:compute/forwardingRule:ForwardingRule': forwardingRule,
  'gcp:compute/globalAddress:GlobalAddress': globalAddress,
  'gcp:compute/address:Address': address,
  'gcp:compute/securityPolicy:SecurityPolicy': securityPolicy,
};

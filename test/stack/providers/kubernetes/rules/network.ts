import { isIP } from 'node:net';
import { itemPath, type ValueObject } from '../../shared/values';
import { child, list, numeral, objects, text } from '../object';
import { dnsLabel, portName } from '../schema/names';
import { parseBlock, strictlyInside } from './address';
import type { Report, Rule } from './finding';
import { checkLabels } from './metadata';
import { checkPort } from './port';
import { checkSelector } from './selector';
import { strings } from '../object';

function checkServicePorts(spec: ValueObject, report: Report): void {
  const ports = objects(spec['ports']);
  ports.forEach((port, index) => {
    const at = itemPath('spec.ports', index);
    checkPort(port['port'], `${at}.port`, report);
    checkPort(port['targetPort'], `${at}.targetPort`, report);
    const target = text(port['targetPort']);
    const wrongTarget = target === '' ? undefined : portName(target);
    if (wrongTarget !== undefined) report(`${at}.targetPort`, wrongTarget);
    const name = text(port['name']);
    if (name === '' && ports.length > 1) report(`${at}.name`, 'is required when there are several ports');
    const wrong = name === '' ? undefined : dnsLabel(name);
    if (wrong !== undefined) report(`${at}.name`, wrong);
    if (name !== '' && ports.slice(0, index).some((other) => other['name'] === name))
      report(`${at}.name`, `${JSON.stringify(name)} is used by another port`);
    const nodePort = numeral(port['nodePort']);
    if (nodePort !== undefined && (nodePort < 30000 || nodePort > 32767))
      report(`${at}.nodePort`, 'must be between 30000 and 32767');
    if (nodePort !== undefined && !['NodePort', 'LoadBalancer'].includes(text(spec['type'])))
      report(`${at}.nodePort`, 'is only for type NodePort or LoadBalancer');
  });
}

/** Service: ports, addresses, and what goes with its type. */
export const checkService: Rule = (object, report) => {
  const spec = child(object, 'spec');
  const type = text(spec['type']) || 'ClusterIP';
  const address = text(spec['clusterIP']);
  if (type === 'ExternalName') {
    if (text(spec['externalName']) === '') report('spec.externalName', 'is required for type ExternalName');
  } else if (list(spec['ports']).length === 0 && address !== 'None' && typeof spec['ports'] !== 'symbol') {
    report('spec.ports', 'at least one port is required');
  }
  if (address === 'None' && type !== 'ClusterIP') report('spec.clusterIP', `may not be None for type ${type}`);
  if (address !== '' && address !== 'None' && isIP(address) === 0)
    report('spec.clusterIP', 'must be empty, None or an IP address');
  checkLabels(strings(spec['selector']), 'spec.selector', report);
  checkServicePorts(spec, report);
  for (const [index, range] of list(spec['loadBalancerSourceRanges']).entries()) {
    if (typeof range === 'string' && parseBlock(range) === undefined)
      report(
        itemPath('spec.loadBalancerSourceRanges', index),
        `${JSON.stringify(range)} must be a block such as 10.0.0.0/8`,
      );
  }
  if (spec['loadBalancerSourceRanges'] !== undefined && type !== 'LoadBalancer')
    report('spec.loadBalancerSourceRanges', 'is only for type LoadBalancer');
  const { externalTrafficPolicy } = spec;
  if (externalTrafficPolicy !== undefined && type === 'ClusterIP')
    report('spec.externalTrafficPolicy', 'is only for type NodePort or LoadBalancer');
};

function checkBlock(peer: ValueObject, path: string, report: Report): void {
  const block = child(peer, 'ipBlock');
  const cidr = text(block['cidr']);
  const whole = parseBlock(cidr);
  if (cidr !== '' && whole === undefined)
    report(`${path}.ipBlock.cidr`, `${JSON.stringify(cidr)} must be a block such as 10.0.0.0/8`);
  else if (whole?.exact === false) report(`${path}.ipBlock.cidr`, `${cidr} has bits outside of its prefix`);
  for (const [index, except] of list(block['except']).entries()) {
    if (typeof except !== 'string') continue;
    const inner = parseBlock(except);
    const at = itemPath(`${path}.ipBlock.except`, index);
    if (inner === undefined) report(at, `${JSON.stringify(except)} must be a block such as 10.0.0.0/8`);
    else if (whole !== undefined && !strictlyInside(inner, whole))
      report(at, `must be a strict subset of ${cidr}: ${except}`);
  }
}

function checkPeers(rule: ValueObject, field: 'from' | 'to', path: string, report: Report): void {
  objects(rule[field]).forEach((peer, index) => {
    const at = itemPath(`${path}.${field}`, index);
    const selectors = ['podSelector', 'namespaceSelector'].filter((key) => peer[key] !== undefined);
    if (selectors.length === 0 && peer['ipBlock'] === undefined)
      report(at, 'must specify a peer: podSelector, namespaceSelector or ipBlock');
    if (selectors.length > 0 && peer['ipBlock'] !== undefined)
      report(at, 'may not specify both ipBlock and another peer');
    for (const selector of selectors) checkSelector(peer[selector], `${at}.${selector}`, report);
    if (peer['ipBlock'] !== undefined) checkBlock(peer, at, report);
  });
}

function checkPolicyPorts(rule: ValueObject, path: string, report: Report): void {
  objects(rule['ports']).forEach((port, index) => {
    const at = itemPath(`${path}.ports`, index);
    checkPort(port['port'], `${at}.port`, report);
    const wrong = typeof port['port'] === 'string' ? portName(port['port']) : undefined;
    if (wrong !== undefined) report(`${at}.port`, wrong);
    const end = numeral(port['endPort']);
    if (end === undefined) return;
    const first = numeral(port['port']);
    if (first === undefined) report(`${at}.endPort`, 'needs a port that is a number');
    else if (end < first) report(`${at}.endPort`, `must be greater than or equal to port (${first}): ${end}`);
    checkPort(port['endPort'], `${at}.endPort`, report);
  });
}

/** NetworkPolicy: peers, blocks, ports, and rules for a direction that the policy has. */
export const checkNetworkPolicy: Rule = (object, report) => {
  const spec = child(object, 'spec');
  checkSelector(spec['podSelector'], 'spec.podSelector', report);
  const types = list(spec['policyTypes']);
  for (const [direction, field, type] of [
    ['ingress', 'from', 'Ingress'],
    ['egress', 'to', 'Egress'],
  ] as const) {
    objects(spec[direction]).forEach((rule, index) => {
      const at = itemPath(`spec.${direction}`, index);
      checkPeers(rule, field, at, report);
      checkPolicyPorts(rule, at, report);
    });
    // The API server takes it and ignores the rules: nobody wants that.
    if (list(spec[direction]).length > 0 && types.length > 0 && !types.includes(type)) {
      report('spec.policyTypes', `must have ${type}, or the ${direction} rules have no effect`);
    }
  }
  if (types.length > 2) report('spec.policyTypes', 'must have at most Ingress and Egress');
};

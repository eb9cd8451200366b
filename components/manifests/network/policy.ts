import type { EgressRule, IngressRule, MatchLabels } from './rules';

/** What every policy of the factory is: for some pods, both ways, only what its rules name. */
interface PolicyOptions<Text> {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  /** Pods that it is for. Empty: all of the namespace. */
  selector: MatchLabels;
  ingress: IngressRule<Text>[];
  egress: EgressRule<Text>[];
}

/** NetworkPolicy of both directions; a direction without a rule is closed. */
export function networkPolicy<Text = string>(options: PolicyOptions<Text>) {
  const { name, namespace, labels, selector, ingress, egress } = options;
  return {
    apiVersion: 'networking.k8s.io/v1' as const,
    kind: 'NetworkPolicy' as const,
    metadata: { name, namespace, labels },
    spec: {
      podSelector: { matchLabels: { ...selector } },
      policyTypes: ['Ingress', 'Egress'],
      ingress,
      egress,
    },
  };
}

/** Closes a namespace: what no other policy opens is refused, both ways. */
export function defaultDeny(namespace: string, labels: Record<string, string>) {
  return networkPolicy({ name: 'default-deny', namespace, labels, selector: {}, ingress: [], egress: [] });
}

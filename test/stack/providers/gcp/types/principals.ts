import { matching } from '../../shared/values';
import { type Check, fail } from '../checks';

/** Members of IAM: who may be named. */
export function principals(pattern: string): Check[] {
  return [
    (inputs) =>
      matching(inputs, pattern).flatMap(({ path, value }) => {
        if (typeof value !== 'string') return [];
        if (/^(?:allUsers|allAuthenticatedUsers)$/.test(value)) return [];
        if (/^(?:user|group|serviceAccount):[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) return [];
        if (/^serviceAccount:[^\s[]+\.svc\.id\.goog\[[^\s/]+\/[^\s/]+\]$/.test(value)) return [];
        if (/^(?:domain:[^\s]+\.[^\s]+|project(?:Owner|Editor|Viewer):[^\s]+|deleted:.+)$/.test(value)) return [];
        if (/^principal(?:Set)?:\/\/(?:iam|cloudresourcemanager)\.googleapis\.com\/.+$/.test(value))
          return workloadPrincipal(path, value);
        return fail(
          path,
          `"${value}" is no principal: user:, group:, serviceAccount:, domain:, principal:// or principalSet:// and who`,
        );
      }),
  ];
}

// https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#kubernetes-resources-iam-policies
function workloadPrincipal(path: string, value: string) {
  const pool =
    /^principal:\/\/iam\.googleapis\.com\/projects\/([^/]+)\/locations\/([^/]+)\/workloadIdentityPools\/([^/]+)\/(.+)$/.exec(
      value,
    );
  if (pool === null) return [];
  const [, number = '', location, name = '', subject = ''] = pool;
  if (!/^\d+$/.test(number)) return fail(path, `principal:// wants the project's number, not "${number}"`);
  if (location !== 'global') return fail(path, 'workload identity pools are in location global');
  return name.endsWith('.svc.id.goog') && !/^subject\/ns\/[a-z0-9-]+\/sa\/[a-z0-9.-]+$/.test(subject)
    ? fail(path, `"${subject}" is not subject/ns/NAMESPACE/sa/SERVICE_ACCOUNT`)
    : [];
}

import type { CheckRequest, CheckResult, Failure } from '../shared/provider';
import { redactFailures } from '../shared/redact';
import { hasUnknown } from '../shared/values';
import { withoutReadOnly } from './diff/prune';
import { annotateSecrets } from './diff/secrets';
import { withDashes, withUnderscores } from './keys';
import { named } from './naming';
import { child, groupVersion, gvkOfType, type Gvk, type KubeObject } from './object';
import { checkObject, type RuleContext } from './rules';
import type { KnownKind } from './schema/catalog';
import { learnDefinition } from './schema/definition';
import { normalize } from './schema/normalize';

/** What checking needs to know of the provider's configuration. */
export interface CheckContext extends RuleContext {
  /** For objects that name none. */
  namespace: string;
  serverSideApply: boolean;
  /** What the catalog lacks does not exist. Else the API server is left to judge it. */
  knowsAllKinds: boolean;
}

function refused(request: CheckRequest, reason: string): CheckResult {
  return { inputs: request.news, failures: [{ property: '', reason }] };
}

function withManagedBy(object: KubeObject): KubeObject {
  const metadata = child(object, 'metadata');
  return {
    ...object,
    metadata: { ...metadata, labels: { 'app.kubernetes.io/managed-by': 'pulumi', ...child(metadata, 'labels') } },
  };
}

function withNamespace(object: KubeObject, kind: KnownKind, namespace: string): KubeObject {
  const metadata = child(object, 'metadata');
  if (!kind.info.namespaced || metadata['namespace'] !== undefined) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

/** `apiVersion` and `kind` that the program gives must be those of its type. */
function checkIdentity(object: KubeObject, gvk: Gvk): Failure[] {
  const expected = { apiVersion: groupVersion(gvk), kind: gvk.kind };
  return (['apiVersion', 'kind'] as const).flatMap((property) => {
    const given = object[property];
    return given === undefined || given === expected[property]
      ? []
      : [{ property, reason: `must be ${expected[property]}` }];
  });
}

/** Checks an object's inputs and completes them: name, namespace, canonical quantities. All faults are found at once. */
export function planCheck(request: CheckRequest, context: CheckContext): CheckResult {
  const gvk = gvkOfType(request.type);
  if (gvk === undefined)
    return refused(
      request,
      `${request.type} is not a kind of object with a group and a version: this stand-in does no Helm, Kustomize or YAML`,
    );
  if (gvk.kind.endsWith('List')) return refused(request, 'lists cannot be created: use the kind of their items');
  const kind = context.catalog.find(gvk);
  if (kind === undefined && !context.knowsAllKinds) return { inputs: request.news, failures: [] };
  if (kind === undefined)
    return refused(
      request,
      `no matches for kind "${gvk.kind}" in version "${groupVersion(gvk)}"${context.catalog.suggest(gvk)}`,
    );
  const news = withDashes(request.news);
  const old = withDashes(request.olds).value;
  const given = { ...withoutReadOnly(news.value), apiVersion: groupVersion(gvk), kind: gvk.kind };
  const isNew = Object.keys(old).length === 0;
  const managed = isNew && !context.serverSideApply ? withManagedBy(given) : given;
  const placed = withNamespace(named(managed, old, request.name, request.seed), kind, context.namespace);
  const object = hasUnknown(placed['stringData']) ? placed : normalize(placed, kind);
  learnDefinition(context.catalog, object);
  const findings = [
    ...checkIdentity(news.value, gvk),
    ...checkObject(object, kind, context).map(({ path, message }) => ({ property: path, reason: message })),
  ];
  const checked = annotateSecrets(object, news.secrets);
  return { inputs: withUnderscores(checked), failures: redactFailures(findings, checked) };
}

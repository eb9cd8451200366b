/** The compiled schemas: what the cache holds, and what the `kubernetes` stand-in reads. */

/** A JSON schema of the dialect that OpenAPI documents and CRDs share, without its descriptions. */
export interface SchemaNode {
  /** Name of another schema of the same document. */
  $ref?: string;
  type?: string;
  format?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  allOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  not?: SchemaNode;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
}

/** What the API server says of a kind in its discovery documents. */
export interface KindInfo {
  plural: string;
  namespaced: boolean;
  /** Such as `status`, `scale`, `eviction`. */
  subresources: string[];
  /** Name of its schema in the document. */
  schema: string;
}

/** CRDs that somebody must install, by who ships them together. */
export const crdBundles = ['gateway-api', 'managed-prometheus', 'gke', 'keda', 'secrets-store'] as const;
/** Who brings a kind into a cluster: the API server itself, CRDs that come with something, or CRDs that the program deploys. */
export type Bundle = 'kubernetes' | (typeof crdBundles)[number] | 'program';

/** All kinds of one `group/version` (or `v1`). */
export interface VersionDocument {
  groupVersion: string;
  bundle: Bundle;
  kinds: Record<string, KindInfo>;
  schemas: Record<string, SchemaNode>;
}

/** The table of contents: everything but the schemas themselves. */
export interface SchemaIndex {
  /** By `group/version` (or `v1`). */
  versions: Record<string, { file: string; bundle: Bundle; kinds: Record<string, KindInfo> }>;
}

/** The name of a group version's file: `apps/v1` is in `apps_v1.json`. */
export function documentFile(groupVersion: string): string {
  return `${groupVersion.replaceAll('/', '_')}.json`;
}

import type { Store, Thing } from '../../shared/store';
import { child, nameOf, namespaceOf, text, type KubeObject } from '../object';
import { conflict } from '../refusal';
import type { FileCluster } from './cluster';

/** What goes with a namespace when it is deleted. */
export function contentsOf(store: Store, namespace: string): Thing[] {
  return store.list().filter((thing) => namespaceOf(thing.properties) === namespace);
}

/**
 * An API whose server is gone (or goes with the namespace) keeps the namespace controller from listing what there is to
 * delete: the namespace stays Terminating for ever. The APIService must go first.
 */
export function checkNotStuck(cluster: FileCluster, namespace: KubeObject): void {
  for (const api of cluster.list({ group: 'apiregistration.k8s.io', kind: 'APIService' }, '')) {
    const service = child(api, 'spec', 'service');
    if (Object.keys(service).length === 0) continue;
    const [where, name] = [text(service['namespace']), text(service['name'])];
    const gone = cluster.get({ group: '', kind: 'Service' }, where, name) === undefined;
    if (gone || where === nameOf(namespace)) {
      throw conflict(
        namespace,
        `it stays Terminating: discovery failed for ${text(child(api, 'spec')['group'])}/${text(child(api, 'spec')['version'])}, ` +
          `whose backend ${where}/${name} is ${gone ? 'gone' : 'in this namespace'}. Delete the APIService ${nameOf(api)} first.`,
      );
    }
  }
}

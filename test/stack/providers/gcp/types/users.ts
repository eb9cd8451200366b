import { matching } from '../../shared/values';
import { lastOf, relative } from '../references';
import type { Scope } from '../rules';

/** Things of a type whose property names this thing. */
export function users(scope: Scope, type: string, path: string, id: string): string[] {
  return scope.store
    .list(type)
    .filter((thing) =>
      matching(thing.properties, path).some(
        ({ value }) => typeof value === 'string' && (relative(value) === id || value === lastOf(id)),
      ),
    )
    .map((thing) => thing.id);
}

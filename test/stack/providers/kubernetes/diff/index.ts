import type { DiffRequest, DiffResult, PropertyChange } from '../../shared/provider';
import { withDashes } from '../keys';
import { isAutonamed } from '../naming';
import { nameOf, namespaceOf } from '../object';
import { liveOf } from '../state';
import { changesBetween } from './changes';
import { forcesReplacement, type Mutability } from './forceNew';
import { prune } from './prune';

/**
 * What must change: the live object, as far as the last inputs asked for it, against the new inputs. Drift that others made
 * to what the program asked for is seen; what they added is not.
 */
export function planDiff(request: DiffRequest, mutability: Mutability): DiffResult {
  const live = liveOf(withDashes(request.oldState).value);
  const news = withDashes(request.news).value;
  const asked = prune(live, withDashes(request.oldInputs).value);
  const changes = new Map<string, PropertyChange>();
  for (const [path, kind] of changesBetween(asked, news)) {
    changes.set(path, { kind, replace: forcesReplacement(news, path, mutability) });
  }
  const sameName = nameOf(news) === nameOf(live) && namespaceOf(news) === namespaceOf(live);
  return { changes, deleteBeforeReplace: sameName && !isAutonamed(news) };
}

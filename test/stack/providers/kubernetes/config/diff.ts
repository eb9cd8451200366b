import { same, UNKNOWN, type ValueObject } from '../../shared/values';
import { activeCluster, type KubeconfigCluster } from './kubeconfig';
import { readSettings } from './settings';

/** What a change of the provider's configuration means. */
export interface ConfigChange {
  changed: string[];
  /** Names whose change means another cluster: everything in it is then replaced. */
  replaces: string[];
}

const clusterKeys = ['kubeconfig', 'context', 'cluster'];

function clusterOf(config: ValueObject): KubeconfigCluster | undefined {
  try {
    return activeCluster(readSettings(config, {})).cluster;
  } catch {
    return undefined;
  }
}

/**
 * The real provider's rule: while `clusterIdentifier` is given and stays the same, nothing is replaced; its change replaces
 * everything. Without it, a kubeconfig whose active cluster changed, or is not known yet, replaces everything.
 */
export function diffSettings(olds: ValueObject, news: ValueObject): ConfigChange {
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== 'version' && !(same(olds[key], news[key]) && news[key] !== UNKNOWN),
  );
  const [before, after] = [olds['clusterIdentifier'], news['clusterIdentifier']];
  if (before !== undefined && after !== undefined) {
    return { changed, replaces: changed.filter((key) => key === 'clusterIdentifier') };
  }
  const unknown = clusterKeys.find((key) => news[key] === UNKNOWN);
  if (unknown !== undefined) return { changed: [unknown], replaces: [unknown] };
  const [oldCluster, newCluster] = [clusterOf(olds), clusterOf(news)];
  const moved =
    oldCluster !== undefined && newCluster !== undefined && JSON.stringify(oldCluster) !== JSON.stringify(newCluster);
  return { changed, replaces: moved ? changed.filter((key) => clusterKeys.includes(key)) : [] };
}

/** Values of `maxmemory-policy`. */
export const EVICTION = [
  'noeviction',
  'allkeys-lru',
  'volatile-lru',
  'allkeys-random',
  'volatile-random',
  'volatile-ttl',
  'allkeys-lfu',
  'volatile-lfu',
];

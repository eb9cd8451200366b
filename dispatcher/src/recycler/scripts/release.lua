#!lua flags=allow-oom
-- Orders the deletion of a pod, and ends its life: no agent registers from it any more.
-- KEYS: pod pods released orders
-- ARGV: clock, uid, order JSON, how many orders may wait, time to live in ms
-- Returns: 1 done, 0 it was ordered before, -1 too many wait
-- include: lib/clock.lua
if redis.call('ZSCORE', released_key, ARGV[2]) then return 0 end
if redis.call('ZCARD', released_key) >= tonumber(ARGV[4]) then return -1 end
redis.call('ZADD', released_key, now, ARGV[2])
redis.call('HSET', orders_key, ARGV[2], '0 ' .. ARGV[3])
redis.call('ZREM', pods_key, ARGV[2])
redis.call('HSET', pod_key, 'ended', 'released')
redis.call('PEXPIRE', pod_key, ARGV[5])
return 1

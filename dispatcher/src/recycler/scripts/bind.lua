#!lua flags=allow-oom
-- Notes that an agent registers from a pod, unless the uid is that of another pod or its life is over.
-- KEYS: pod pods
-- ARGV: clock, uid, record JSON, time to live in ms
-- Returns: bound; other: the uid has another record; released or gone: how its life ended
-- include: lib/clock.lua
local record, ended = unpack(redis.call('HMGET', pod_key, 'record', 'ended'))
if ended then return ended end
if record and record ~= ARGV[3] then return 'other' end
redis.call('HSET', pod_key, 'record', ARGV[3])
redis.call('PEXPIRE', pod_key, ARGV[4])
redis.call('ZREMRANGEBYSCORE', pods_key, '-inf', '(' .. string.format('%.0f', now - ARGV[4]))
redis.call('ZADD', pods_key, now, ARGV[2])
return 'bound'

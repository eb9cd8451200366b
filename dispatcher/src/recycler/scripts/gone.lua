#!lua flags=allow-oom
-- Ends the life of a pod that its cluster no longer has, unless an agent registered from it since.
-- KEYS: pod pods
-- ARGV: clock, uid, time at which the cluster was asked, time to live in ms
-- Returns: 1 done, 0 an agent registered since, or the pod was not known
local seen = redis.call('ZSCORE', pods_key, ARGV[2])
if not seen or tonumber(seen) > tonumber(ARGV[3]) then return 0 end
redis.call('ZREM', pods_key, ARGV[2])
redis.call('HSETNX', pod_key, 'ended', 'gone')
redis.call('PEXPIRE', pod_key, ARGV[4])
return 1

#!lua flags=no-writes
-- Reads the record of a pod.
-- KEYS: pod
-- ARGV: (none)
-- Returns: record JSON, or nil
return redis.call('HGET', pod_key, 'record')

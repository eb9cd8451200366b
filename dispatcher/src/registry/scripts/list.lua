#!lua flags=allow-oom
-- Names the agents of one type; forgets those whose rows have expired.
-- KEYS: types
-- ARGV: clock, type, row's time to live in ms
-- Returns: ids
-- include: lib/clock.lua
local index = types_key .. ARGV[2]
redis.call('ZREMRANGEBYSCORE', index, '-inf', '(' .. string.format('%.0f', now - ARGV[3]))
return redis.call('ZRANGE', index, 0, -1)

#!lua flags=no-writes
-- Names the pods from which agents registered and whose life is not known to be over.
-- KEYS: pods
-- ARGV: clock, how many at most
-- Returns: now, uid...; those seen longest ago first
-- include: lib/clock.lua
local reply = redis.call('ZRANGE', pods_key, 0, ARGV[2] - 1)
table.insert(reply, 1, now)
return reply

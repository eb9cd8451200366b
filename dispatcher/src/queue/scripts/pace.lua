#!lua flags=no-writes
-- Tells when to submit again: how long until as many tasks have ended as were refused, by the pace of the last hundred that did not fail.
-- KEYS: done task
-- ARGV: clock, how many were refused
-- Returns: 1 to 60 seconds
-- include: lib/clock.lua
local sample = math.min(100, redis.call('LLEN', done_key))
if sample == 0 then return 60 end
local ended = redis.call('GETRANGE', task_key .. redis.call('LINDEX', done_key, -sample), 48, 55)
if ended == '' then return 60 end
return math.max(1, math.min(60, math.ceil(ARGV[2] * (now - struct.unpack('>d', ended)) / sample / 1000)))

#!lua flags=no-writes
-- Counts.
-- KEYS: waiting delayed leases dead meta
-- ARGV: (none)
-- Returns: waiting, delayed, running, dead, paused (1 or 0), earliest start-by of P0 and of the others ('' without)
-- include: lib/p0.lua
local head = redis.call('ZRANGE', waiting_key, 0, 0, 'WITHSCORES')
local other = redis.call('ZRANGEBYSCORE', waiting_key, 0, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local urgent = ''
if head[2] and tonumber(head[2]) < 0 then urgent = string.format('%.0f', head[2] + P0_HEAD_START) end
return { redis.call('ZCARD', waiting_key), redis.call('ZCARD', delayed_key), redis.call('ZCARD', leases_key), redis.call('ZCARD', dead_key),
  redis.call('HEXISTS', meta_key, 'paused'), urgent, other[2] and string.format('%.0f', other[2]) or '' }

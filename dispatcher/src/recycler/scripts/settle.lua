#!lua flags=allow-oom
-- Drops an order that is done, or has it wait.
-- KEYS: released orders
-- ARGV: clock, uid, ms that it waits, or -1: it is done
-- Returns: 1
-- include: lib/clock.lua
if tonumber(ARGV[3]) >= 0 then
  redis.call('ZADD', released_key, 'XX', now + ARGV[3], ARGV[2])
else
  redis.call('ZREM', released_key, ARGV[2])
  redis.call('HDEL', orders_key, ARGV[2])
end
return 1

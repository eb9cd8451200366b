#!lua flags=allow-oom
-- Takes the order that is due first; unless settled it is due again after the hold.
-- KEYS: released orders
-- ARGV: clock, hold in ms
-- Returns: uid, how often it was taken with this time, order JSON; nothing when none is due
-- include: lib/clock.lua
local uid = redis.call('ZRANGEBYSCORE', released_key, '-inf', now, 'LIMIT', 0, 1)[1]
if not uid then return {} end
local order = redis.call('HGET', orders_key, uid)
local tries, json = string.match(order, '^(%d+) (.*)$')
redis.call('HSET', orders_key, uid, tries + 1 .. ' ' .. json)
redis.call('ZADD', released_key, now + ARGV[2], uid)
return { uid, tries + 1, json }

#!lua flags=allow-oom
-- Adds an agent, or takes over the row of the same id.
-- KEYS: agent types
-- ARGV: clock, id, type, connection, row's time to live in ms, record JSON
-- Returns: now, how often the id was registered before
-- include: lib/clock.lua
local id, row = ARGV[2], agent_key .. ARGV[2]
local type_before, restarts = unpack(redis.call('HMGET', row, 'type', 'restarts'))
local count = 0
if restarts then count = restarts + 1 end
if type_before and type_before ~= ARGV[3] then redis.call('ZREM', types_key .. type_before, id) end
redis.call('DEL', row)
redis.call('HSET', row, 'type', ARGV[3], 'connection', ARGV[4], 'record', ARGV[6], 'registered', now, 'heartbeat', now, 'restarts', count,
  'busy', 0, 'state', 'READY')
redis.call('PEXPIRE', row, ARGV[5])
redis.call('ZADD', types_key .. ARGV[3], now, id)
return { now, count }

#!lua flags=allow-oom
-- Records life and load of an agent whose row belongs to the connection.
-- KEYS: agent types
-- ARGV: clock, id, connection, row's time to live in ms, tasks it holds, state
-- Returns: 1 done, 0 the row belongs to another connection or is gone
-- include: lib/clock.lua
local row = agent_key .. ARGV[2]
local connection, agent_type = unpack(redis.call('HMGET', row, 'connection', 'type'))
if connection ~= ARGV[3] then return 0 end
redis.call('HSET', row, 'heartbeat', now, 'busy', ARGV[5], 'state', ARGV[6])
redis.call('PEXPIRE', row, ARGV[4])
redis.call('ZADD', types_key .. agent_type, now, ARGV[2])
return 1

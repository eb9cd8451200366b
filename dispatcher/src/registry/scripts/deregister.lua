#!lua flags=allow-oom
-- Removes the row of an agent if it belongs to the connection.
-- KEYS: agent types
-- ARGV: id, connection
-- Returns: 1 there is no row any more, 0 it belongs to another connection
local row = agent_key .. ARGV[1]
local connection, agent_type = unpack(redis.call('HMGET', row, 'connection', 'type'))
if not connection then return 1 end
if connection ~= ARGV[2] then return 0 end
redis.call('DEL', row)
redis.call('ZREM', types_key .. agent_type, ARGV[1])
return 1

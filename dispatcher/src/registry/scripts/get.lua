#!lua flags=no-writes
-- Reads agents.
-- KEYS: agent
-- ARGV: clock, id...
-- Returns: { now, row... }; a row is a flat list of fields, empty when there is no such agent
-- include: lib/clock.lua
local reply = { now }
for at = 2, #ARGV do reply[at] = redis.call('HGETALL', agent_key .. ARGV[at]) end
return reply

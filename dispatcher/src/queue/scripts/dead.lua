#!lua flags=no-writes
-- Reads dead letters, newest first.
-- KEYS: dead task side tries
-- ARGV: how many at most
-- Returns: tasks (see lib/brief.lua)
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/brief.lua
local reply = {}
for _, ulid in ipairs(redis.call('ZREVRANGE', dead_key, 0, ARGV[1] - 1)) do
  local raw, h = first_read(ulid)
  if raw then reply[#reply + 1] = brief(ulid, raw, h) end
end
return reply

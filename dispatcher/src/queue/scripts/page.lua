#!lua flags=no-writes
-- Reads a bounded number of tasks, newest first.
-- KEYS: all task side tries
-- ARGV: ulid before which to start ('' for the newest), how many to scan, number of the state wanted (0 for any)
-- Returns: { scanned, ulid of the last one scanned ('' when none), task... } (see lib/brief.lua)
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/brief.lua
local from = '+'
if ARGV[1] ~= '' then from = '(' .. ARGV[1] end
local ulids = redis.call('ZREVRANGEBYLEX', all_key, from, '-', 'LIMIT', 0, ARGV[2])
local wanted = tonumber(ARGV[3])
local reply = { #ulids, ulids[#ulids] or '' }
for _, ulid in ipairs(ulids) do
  local raw, h = first_read(ulid)
  if raw and (wanted == 0 or h.state == wanted) then reply[#reply + 1] = brief(ulid, raw, h) end
end
return reply

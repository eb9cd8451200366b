#!lua flags=allow-oom
-- Puts dead letters back, oldest first.
-- KEYS: waiting task events dead result
-- ARGV: clock, start-by ms for P0, P1, P2, P3, how many at most
-- Returns: how many
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/waiting.lua
-- include: lib/redrive.lua
local redriven = 0
for _, ulid in ipairs(redis.call('ZRANGE', dead_key, 0, ARGV[6] - 1)) do
  if redrive(ulid) == 1 then redriven = redriven + 1 end
end
publish()
return redriven

#!lua flags=allow-oom
-- Puts one dead letter back.
-- KEYS: waiting task events dead result side tries
-- ARGV: clock, start-by ms for P0, P1, P2, P3, ulid
-- Returns: 0 no such task, 2 not in the dead letters, or the task (see lib/read.lua)
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/waiting.lua
-- include: lib/redrive.lua
-- include: lib/read.lua
local status = redrive(ARGV[6])
if status ~= 1 then return status end
publish()
return read(ARGV[6])

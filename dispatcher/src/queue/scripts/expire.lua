#!lua flags=allow-oom
-- Drops finished tasks past their retention.
-- KEYS: all task dead done result side tries log
-- ARGV: clock, milliseconds and number of ended tasks kept, milliseconds and number of dead letters kept, how many of each kind at most, about
-- Returns: how many
-- include: lib/clock.lua
local keep_at = 2
-- include: lib/drop.lua
-- include: lib/expire.lua
local dropped, buried = expire(tonumber(ARGV[6]))
return dropped + buried

#!lua flags=allow-oom
-- Records one event that concerns no task.
-- KEYS: events
-- ARGV: clock, agent ('' for none), kind, event JSON ('' without)
-- Returns: 1
-- include: lib/clock.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
emit(ARGV[3], '-', 0, ARGV[4])
publish(ARGV[2] ~= '' and ARGV[2] or nil)
return 1

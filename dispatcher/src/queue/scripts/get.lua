#!lua flags=no-writes
-- Reads one task.
-- KEYS: task side tries result
-- ARGV: ulid
-- Returns: the task (see lib/read.lua) or nil
-- include: lib/read.lua
return read(ARGV[1])

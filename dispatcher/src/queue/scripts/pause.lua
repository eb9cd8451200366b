#!lua flags=allow-oom
-- Stops (1) or restarts (0) claims of the type.
-- KEYS: meta events
-- ARGV: clock, 1 or 0
-- Returns: 1 when that changed something, else 0
-- include: lib/clock.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
local changed
if ARGV[2] == '1' then
  changed = redis.call('HSETNX', meta_key, 'paused', now)
  if changed == 1 then emit('paused', '-', 0) end
else
  changed = redis.call('HDEL', meta_key, 'paused')
  if changed == 1 then emit('resumed', '-', 0) end
end
publish()
return changed

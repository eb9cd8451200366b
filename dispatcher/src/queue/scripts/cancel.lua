#!lua flags=allow-oom
-- Ends a waiting task; marks a running one, whose agent is told by the event and by its heartbeat.
-- KEYS: waiting delayed task events dead done side tries result
-- ARGV: clock, ulid
-- Returns: 0 no such task, 2 finished otherwise, or the task (see lib/read.lua)
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/finish.lua
-- include: lib/read.lua
local ulid = ARGV[2]
local h = load(ulid)
if not h then return 0 end
if h.state == SUCCEEDED or h.state == FAILED then return 2 end
if h.state == RUNNING then
  if not has(h, FLAG_CANCEL) then
    set(h, FLAG_CANCEL)
    save(ulid, h)
    emit('cancel_requested', ulid, h.epoch, string.format('{"agent_id":"%s"}', agent_of(h)))
  end
elseif h.state ~= CANCELLED then
  redis.call('ZREM', waiting_key, ulid)
  redis.call('ZREM', delayed_key, ulid)
  set(h, FLAG_CANCEL)
  finish(ulid, h, CANCELLED)
  emit('cancelled', ulid, h.epoch)
end
publish()
return read(ulid)

#!lua flags=allow-oom
-- Takes tasks back unfinished: no attempt is used and they keep their place.
-- KEYS: leases waiting task events dead done tries
-- ARGV: clock, agent, event JSON, then for each lease: ulid, epoch
-- Returns: for each lease: see lib/ended.lua
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/waiting.lua
-- include: lib/attempts.lua
-- include: lib/ended.lua
-- include: lib/finish.lua
local agent = padded(ARGV[2])
local reply = {}
for at = 4, #ARGV, 2 do
  local ulid = ARGV[at]
  local h, reason = held(ulid, tonumber(ARGV[at + 1]), agent)
  if h then
    redis.call('ZREM', leases_key, ulid)
    count_calls(h, h.at)
    record_attempt(ulid, h, 'released', '')
    emit('released', ulid, h.epoch, ARGV[3])
    if has(h, FLAG_CANCEL) then
      finish(ulid, h, CANCELLED)
      emit('cancelled', ulid, h.epoch)
    else
      enqueue(ulid, h)
    end
  end
  if h then
    reply[#reply + 1] = ended(h)
  elseif reason == 2 and tried(ulid, ARGV[at + 1], ARGV[2], 'released', '') then
    reply[#reply + 1] = REPEATED + ended(load(ulid))
  else
    reply[#reply + 1] = reason
  end
end
publish(ARGV[2])
return reply

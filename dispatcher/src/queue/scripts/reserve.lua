#!lua
-- Has idempotency keys name tasks, before those are submitted: the slot of a key is none of a type's. Asking again changes nothing. A key that
-- may name a task still under way is this reservation's too, from now on.
-- KEYS: idem
-- ARGV: clock, milliseconds a key is kept, milliseconds after which a submission has ended, then for each key: its hash, task id, fingerprint
--   (22 bytes), id whose place the task may take ('' for none)
-- Returns: for each key: 0 when it names this task now, or { id it named before, 1 for the same fingerprint, 1 when that task may be under way }
-- include: lib/clock.lua
-- include: lib/reservation.lua
local settled = tonumber(ARGV[3])

local function reserve(at)
  local key, id, fingerprint = idem_key .. ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local value = reservation(fingerprint, id)
  local seen = redis.call('SET', key, value, 'PX', ARGV[2], 'NX', 'GET')
  if not seen then return 0 end
  local named, since, confirmed = read_reservation(seen)
  if named == ARGV[at + 3] then
    redis.call('SET', key, value, 'PX', ARGV[2])
    return 0
  end
  if named == id then return 0 end
  local same, under_way = seen:sub(1, FINGERPRINT_BYTES) == fingerprint, not confirmed and now - since < settled
  -- Neither gone nor settled before this submission has ended.
  if same and under_way then redis.call('SET', key, reservation(fingerprint, named), 'PX', math.max(settled, redis.call('PTTL', key))) end
  return { named, same and 1 or 0, under_way and 1 or 0 }
end

local reply = {}
for at = 4, #ARGV, 4 do reply[#reply + 1] = reserve(at) end
return reply

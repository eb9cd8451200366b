#!lua
-- Has idempotency keys name tasks, before those are submitted: the slot of a key is none of a type's. Asking again changes nothing.
-- KEYS: idem
-- ARGV: clock, milliseconds a key is kept, then for each key: its hash, task id, fingerprint (22 bytes), id whose place the task may take ('' for none)
-- Returns: for each key: 0 when it names this task now, or { id it named before, 1 for the same fingerprint, milliseconds since }
-- include: lib/clock.lua
local FINGERPRINT_BYTES, TIME_BYTES = 22, 13

local function reserve(at)
  local key, id, fingerprint = idem_key .. ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local value = fingerprint .. string.format('%013d', now) .. id
  local seen = redis.call('SET', key, value, 'PX', ARGV[2], 'NX', 'GET')
  if not seen then return 0 end
  local named = seen:sub(FINGERPRINT_BYTES + TIME_BYTES + 1)
  if named == ARGV[at + 3] then
    redis.call('SET', key, value, 'PX', ARGV[2])
    return 0
  end
  if named == id then return 0 end
  return { named, seen:sub(1, FINGERPRINT_BYTES) == fingerprint and 1 or 0, now - seen:sub(FINGERPRINT_BYTES + 1, FINGERPRINT_BYTES + TIME_BYTES) }
end

local reply = {}
for at = 3, #ARGV, 4 do reply[#reply + 1] = reserve(at) end
return reply

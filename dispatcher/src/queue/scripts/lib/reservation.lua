-- What an idempotency key holds: fingerprint of the content, time, task id and, once a retry has found the task or made it, CONFIRMED.
local FINGERPRINT_BYTES, TIME_BYTES, CONFIRMED = 22, 13, '+'

local function reservation(fingerprint, id)
  return fingerprint .. string.format('%013d', now) .. id
end

-- The id, the time and whether it is confirmed.
local function read_reservation(value)
  local confirmed = value:sub(-1) == CONFIRMED
  local id = value:sub(FINGERPRINT_BYTES + TIME_BYTES + 1, confirmed and -2 or -1)
  return id, tonumber(value:sub(FINGERPRINT_BYTES + 1, FINGERPRINT_BYTES + TIME_BYTES)), confirmed
end

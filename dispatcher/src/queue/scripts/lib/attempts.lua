-- Writes the latest attempt into the bounded list of attempts; `error_json` may be ''.
local ATTEMPTS_KEPT = 20

local function record_attempt(ulid, h, outcome, error_json)
  local tail = ''
  if error_json ~= '' then tail = ',"error":' .. error_json end
  redis.call('RPUSH', tries_key .. ulid, string.format('{"epoch":%d,"agent_id":"%s","started":%.0f,"ended":%.0f,"outcome":"%s"%s}',
    h.epoch, agent_of(h), h.started, now, outcome, tail))
  redis.call('LTRIM', tries_key .. ulid, -ATTEMPTS_KEPT, -1)
  clear(h, FLAG_OPEN)
end

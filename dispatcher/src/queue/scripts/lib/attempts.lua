-- Writes the latest attempt into the bounded list of attempts; `error_json` may be ''.
local ATTEMPTS_KEPT = 20

-- Counts the tool calls of an attempt that ends.
local function count_calls(h, made)
  h.tool_calls = math.min(MAX_TOOL_CALLS, h.tool_calls + made)
end

local function attempt_tail(outcome, error_json)
  if error_json ~= '' then error_json = ',"error":' .. error_json end
  return string.format('"outcome":"%s"', outcome) .. error_json .. '}'
end

local function record_attempt(ulid, h, outcome, error_json)
  redis.call('RPUSH', tries_key .. ulid, string.format('{"epoch":%d,"agent_id":"%s","started":%.0f,"ended":%.0f,',
    h.epoch, agent_of(h), h.started, now) .. attempt_tail(outcome, error_json))
  redis.call('LTRIM', tries_key .. ulid, -ATTEMPTS_KEPT, -1)
  clear(h, FLAG_OPEN + FLAG_OFFERED)
end

-- Whether the task's latest attempt is this agent's, by this epoch, and was recorded with this end.
local function tried(ulid, epoch, agent, outcome, error_json)
  if load(ulid).epoch ~= tonumber(epoch) then return false end
  local last = redis.call('LINDEX', tries_key .. ulid, -1)
  if not last then return false end
  local head, tail = string.format('{"epoch":%d,"agent_id":"%s",', epoch, agent), attempt_tail(outcome, error_json)
  return last:sub(1, #head) == head and last:sub(-#tail) == tail
end

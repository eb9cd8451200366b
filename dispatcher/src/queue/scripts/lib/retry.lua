-- `retry_policy` is one argument of four numbers: base_ms, max_ms, jitter (share of the delay that is random), a random number from 0 to 1.
-- Tasks of one call get numbers spread evenly from that one, so that they do not come back together.
local GOLDEN_RATIO = 0.6180339887498949
local spread = 0

local function backoff(failures)
  local base, max, jitter, first = retry_policy:match('^(%S+) (%S+) (%S+) (%S+)$')
  local random = (first + spread) % 1
  spread = spread + GOLDEN_RATIO
  local delay = math.min(tonumber(max), base * 2 ^ (failures - 1))
  return math.floor(delay * (1 - jitter) + delay * jitter * random)
end

-- Saves a task whose attempt failed: again after backoff.
local function retry_later(ulid, h, extra)
  h.state = DELAYED
  h.at = now + backoff(h.failures)
  save(ulid, h)
  redis.call('ZADD', delayed_key, h.at, ulid)
  emit('retrying', ulid, h.epoch, extra)
end

-- Saves a task that failed for good, with the JSON of its result, as a dead letter.
local function fail(ulid, h, result_json, extra)
  redis.call('SET', result_key .. ulid, result_json)
  finish(ulid, h, FAILED)
  emit('failed', ulid, h.epoch, extra)
end

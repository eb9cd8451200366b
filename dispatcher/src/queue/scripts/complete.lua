#!lua flags=allow-oom
-- Ends attempts with what their agent reports.
-- KEYS: leases delayed task events dead done result tries
-- ARGV: clock, agent, base ms, max ms, jitter, random number, then for each result: ulid, epoch, outcome (s, f or c), retryable (1 or 0), tool calls made,
--   result JSON, error JSON ('' without), event JSON ('' without)
-- Returns: for each result: 0 accepted, 1 no such task, 2 lease over, 3 lease not held
-- include: lib/clock.lua
-- include: lib/header.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/attempts.lua
-- include: lib/finish.lua
local retry_at = 3
-- include: lib/retry.lua
local MAX_TOOL_CALLS = 4294967295
local agent = padded(ARGV[2])
local reply = {}

local function settle(at)
  local ulid, outcome, extra = ARGV[at], ARGV[at + 2], ARGV[at + 7]
  local h, reason = held(ulid, tonumber(ARGV[at + 1]), agent)
  if not h then return reason end
  redis.call('ZREM', leases_key, ulid)
  h.tool_calls = math.min(MAX_TOOL_CALLS, h.tool_calls + ARGV[at + 4])
  if outcome == 'f' then
    h.failures = h.failures + 1
    record_attempt(ulid, h, 'failed', ARGV[at + 6])
  end
  if outcome == 's' then
    redis.call('SET', result_key .. ulid, ARGV[at + 5])
    finish(ulid, h, SUCCEEDED)
    emit('succeeded', ulid, h.epoch, extra)
  elseif outcome == 'c' or has(h, FLAG_CANCEL) then
    redis.call('SET', result_key .. ulid, ARGV[at + 5])
    finish(ulid, h, CANCELLED)
    emit('cancelled', ulid, h.epoch, extra)
  elseif ARGV[at + 3] == '1' and h.failures < h.max_attempts then
    retry_later(ulid, h, extra)
  else
    fail(ulid, h, ARGV[at + 5], extra)
  end
  return 0
end

for at = 7, #ARGV, 8 do reply[#reply + 1] = settle(at) end
publish(ARGV[2])
return reply

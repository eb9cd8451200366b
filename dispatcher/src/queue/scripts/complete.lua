#!lua flags=allow-oom
-- Ends attempts with what their agent reports, and drops as many old tasks and more, so that retention keeps up with any load.
-- KEYS: leases delayed all task events dead done result side tries log
-- ARGV: clock, agent, base ms, max ms, jitter, random number, milliseconds and number of ended tasks kept, milliseconds and number of dead
--   letters kept, then for each result: ulid, epoch, outcome (s, f or c), retryable (1 or 0), tool calls made, result JSON (of a failure its
--   outcome stands first), error JSON ('' without), event JSON ('' without)
-- Returns: for each result: see lib/ended.lua
-- include: lib/clock.lua
-- include: lib/header.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/attempts.lua
-- include: lib/ended.lua
-- include: lib/finish.lua
local retry_at = 3
-- include: lib/retry.lua
local keep_at = 7
-- include: lib/drop.lua
-- include: lib/expire.lua
local MAX_TOOL_CALLS = 4294967295
local agent = padded(ARGV[2])
local reply = {}

local FAILED_RESULT, CANCELLED_RESULT = '{"outcome":"failed"', '{"outcome":"cancelled"'

-- A failure on the way to a cancel is the cancel: state and result agree.
local function as_cancelled(result_json)
  if result_json:sub(1, #FAILED_RESULT) ~= FAILED_RESULT then return result_json end
  return CANCELLED_RESULT .. result_json:sub(#FAILED_RESULT + 1)
end

-- Whether this very report was taken before.
local function repeated(at)
  local ulid, epoch, outcome = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  if outcome == 'f' then return tried(ulid, epoch, ARGV[2], 'failed', ARGV[at + 6]) end
  local h = load(ulid)
  return h.epoch == tonumber(epoch) and h.agent == agent and has(h, FLAG_OPEN) and h.state == (outcome == 's' and SUCCEEDED or CANCELLED)
    and redis.call('GET', result_key .. ulid) == ARGV[at + 5]
end

local function settle(at)
  local ulid, outcome, extra = ARGV[at], ARGV[at + 2], ARGV[at + 7]
  local h, reason = held(ulid, tonumber(ARGV[at + 1]), agent)
  if not h then
    if reason == 2 and repeated(at) then return REPEATED end
    return reason
  end
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
    redis.call('SET', result_key .. ulid, as_cancelled(ARGV[at + 5]))
    finish(ulid, h, CANCELLED)
    emit('cancelled', ulid, h.epoch, extra)
  elseif ARGV[at + 3] == '1' and h.failures < h.max_attempts then
    retry_later(ulid, h, extra)
  else
    fail(ulid, h, ARGV[at + 5], extra)
  end
  return ended(h)
end

for at = 11, #ARGV, 8 do reply[#reply + 1] = settle(at) end
publish(ARGV[2])
-- Two for one, so that a surplus shrinks.
expire(2 * #reply)
return reply

#!lua flags=allow-oom
-- Ends attempts with what their agent reports.
-- KEYS: leases delayed task events dead done result tries
-- ARGV: clock, agent, retry policy (see lib/retry.lua), then for each result: ulid, epoch, outcome (s succeeded, f failed, r failed and may be
--   retried, c cancelled), tool calls made, result JSON (of a failure its outcome stands first), and unless it succeeded: error JSON ('' without),
--   event JSON ('' without)
-- Returns: numbers of ended tasks and of dead letters that are kept, each 0 when this call added none, then for each result: see lib/ended.lua
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/entry.lua
local agent, ended_at = padded(ARGV[2]), struct.pack('>d', now)
local done, done_lines, reply = { done_key }, {}, { 0, 0 }

-- What a success of a held lease does not need is made when it is first needed.
local function make_others()
-- include: lib/events.lua
-- include: lib/header.lua
-- include: lib/lease.lua
-- include: lib/attempts.lua
-- include: lib/ended.lua
-- include: lib/finish.lua
  local retry_policy = ARGV[3]
-- include: lib/retry.lua
  local FAILED_RESULT, CANCELLED_RESULT = '{"outcome":"failed"', '{"outcome":"cancelled"'

  -- A failure on the way to a cancel is the cancel: state and result agree.
  local function as_cancelled(result_json)
    if result_json:sub(1, #FAILED_RESULT) ~= FAILED_RESULT then return result_json end
    return CANCELLED_RESULT .. result_json:sub(#FAILED_RESULT + 1)
  end

  -- Whether this very report was taken before.
  local function repeated(at)
    local ulid, epoch, outcome = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    if outcome == 'f' or outcome == 'r' then return tried(ulid, epoch, ARGV[2], 'failed', ARGV[at + 5]) end
    local h = load(ulid)
    return h.epoch == tonumber(epoch) and h.agent == agent and has(h, FLAG_OPEN) and h.state == (outcome == 's' and SUCCEEDED or CANCELLED)
      and redis.call('GET', result_key .. ulid) == ARGV[at + 4]
  end

  local function settle(at)
    local ulid, outcome, extra = ARGV[at], ARGV[at + 2], ARGV[at + 6]
    local h, reason = held(ulid, tonumber(ARGV[at + 1]), agent)
    if not h then
      if reason == 2 and repeated(at) then return REPEATED + ended(load(ulid)) end
      return reason
    end
    redis.call('ZREM', leases_key, ulid)
    count_calls(h, ARGV[at + 3])
    local failed = outcome ~= 'c'
    if failed then
      h.failures = h.failures + 1
      record_attempt(ulid, h, 'failed', ARGV[at + 5])
    end
    if not failed or has(h, FLAG_CANCEL) then
      redis.call('SET', result_key .. ulid, as_cancelled(ARGV[at + 4]))
      finish(ulid, h, CANCELLED)
      emit('cancelled', ulid, h.epoch, extra)
    elseif outcome == 'r' and h.failures < h.max_attempts then
      retry_later(ulid, h, extra)
    else
      fail(ulid, h, ARGV[at + 4], extra)
    end
    return ended(h)
  end

  return settle, function()
    if #done_lines > 0 then
      kinds[#kinds + 1] = 'succeeded'
      lines.succeeded = done_lines
    end
    publish(ARGV[2])
  end
end

-- SUCCEEDED, which is what lib/ended.lua makes of it, when the lease is held, else nil.
local function succeed(at)
  local ulid = ARGV[at]
  local key = task_key .. ulid
  local raw = redis.call('GETRANGE', key, '0', HEADER_END)
  if #raw < HEADER_BYTES then return nil end
  local _, state, flags, priority, epoch, failures, max_attempts, timeout, tool_calls = struct.unpack('>BBBBI4HHI4I4', raw)
  if state ~= RUNNING or epoch ~= tonumber(ARGV[at + 1]) or raw:sub(57) ~= agent then return nil end
  redis.call('ZREM', leases_key, ulid)
  redis.call('SET', result_key .. ulid, ARGV[at + 4])
  redis.call('SETRANGE', key, '0', struct.pack('>BBBBI4HHI4I4', 1, SUCCEEDED, flags, priority, epoch, failures, max_attempts, timeout,
    math.min(MAX_TOOL_CALLS, tool_calls + ARGV[at + 3])) .. raw:sub(21, 48) .. ended_at)
  done[#done + 1] = ulid
  done_lines[#done_lines + 1] = ulid .. ' ' .. epoch
  return SUCCEEDED
end

local settle, publish_all
local at = 4
while ARGV[at] do
  local won = ARGV[at + 2] == 's'
  local code = won and succeed(at)
  if not code then
    if not settle then settle, publish_all = make_others() end
    code = settle(at)
  end
  reply[#reply + 1] = code
  at = at + (won and 5 or 7)
end
if #done > 1 then reply[1] = redis.call('RPUSH', unpack(done)) end
if not settle then
  add_entry('g', ARGV[2], 'succeeded', table.concat(done_lines, '\n'))
  return reply
end
reply[2] = redis.call('ZCARD', dead_key)
publish_all()
return reply

-- Ends an attempt whose agent never reported; the event `lost` alone says that the task waits again.
-- WORKER_LOST tries again at once, at the task's old place; TASK_TIMEOUT after backoff. A lease that its agent never acknowledged costs no
-- attempt, but only so often: a task that kills its agents at once must end, too.
local FREE_RETURNS = 3

local function returned_free(h)
  local offered, returns = has(h, FLAG_OFFERED), bit.band(h.flags, 3 * FLAG_RETURNED) / FLAG_RETURNED
  clear(h, FLAG_OFFERED)
  if not offered or returns >= FREE_RETURNS then return false end
  h.flags = h.flags + FLAG_RETURNED
  return true
end

local function lost_error(code, message)
  return string.format('{"code":"%s","message":"%s","retryable":true}', code, message)
end

local function attempt_lost(ulid, h, code, message)
  redis.call('ZREM', leases_key, ulid)
  local calls = h.at
  count_calls(h, calls)
  if returned_free(h) then
    code, message = 'WORKER_LOST', 'the agent never acknowledged the task: no attempt is used'
  else
    h.failures = h.failures + 1
  end
  local failure = lost_error(code, message)
  local extra = string.format('{"agent_id":"%s","message":"%s","data":{"code":"%s"}}', agent_of(h), message, code)
  record_attempt(ulid, h, 'lost', failure)
  emit('lost', ulid, h.epoch, extra)
  if has(h, FLAG_CANCEL) then
    finish(ulid, h, CANCELLED)
    emit('cancelled', ulid, h.epoch, extra)
  elseif h.failures >= h.max_attempts then
    fail(ulid, h, string.format('{"outcome":"failed","error":%s,"usage":{"input_tokens":0,"output_tokens":0,"cost_usd":0,"model_calls":0,"tool_calls":%.0f},"tool_calls":[]}',
      failure, calls), extra)
  elseif code == 'TASK_TIMEOUT' then
    retry_later(ulid, h, extra)
  else
    enqueue(ulid, h)
  end
end

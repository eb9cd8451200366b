-- Ends an attempt whose agent never reported; the event `lost` alone says that the task waits again.
-- WORKER_LOST tries again at once, at the task's old place; TASK_TIMEOUT after backoff.
local function attempt_lost(ulid, h, code, message)
  redis.call('ZREM', leases_key, ulid)
  h.failures = h.failures + 1
  local failure = string.format('{"code":"%s","message":"%s","retryable":true}', code, message)
  local extra = string.format('{"agent_id":"%s","message":"%s","data":{"code":"%s"}}', agent_of(h), message, code)
  record_attempt(ulid, h, 'lost', failure)
  emit('lost', ulid, h.epoch, extra)
  if has(h, FLAG_CANCEL) then
    finish(ulid, h, CANCELLED)
    emit('cancelled', ulid, h.epoch, extra)
  elseif h.failures >= h.max_attempts then
    fail(ulid, h, string.format('{"outcome":"failed","error":%s,"usage":{"input_tokens":0,"output_tokens":0,"cost_usd":0,"model_calls":0,"tool_calls":0},"tool_calls":[]}', failure), extra)
  elseif code == 'TASK_TIMEOUT' then
    retry_later(ulid, h, extra)
  else
    enqueue(ulid, h)
  end
end

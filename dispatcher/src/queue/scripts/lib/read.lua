-- All that is kept of a task: ulid, record, side fields, attempts, result ('' without); false when there is no such task.
local function read(ulid)
  local raw = redis.call('GET', task_key .. ulid)
  if not raw then return false end
  return { ulid, raw, redis.call('HGETALL', side_key .. ulid), redis.call('LRANGE', tries_key .. ulid, 0, -1),
    redis.call('GET', result_key .. ulid) or '' }
end

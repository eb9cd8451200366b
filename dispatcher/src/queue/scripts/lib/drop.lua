-- Removes every key of a finished task. An idempotency key that names it expires by itself.
local function drop(ulid)
  redis.call('UNLINK', task_key .. ulid, result_key .. ulid, side_key .. ulid, tries_key .. ulid, log_key .. ulid)
  redis.call('ZREM', all_key, ulid)
end

-- Removes every key of a finished task. Its idempotency key only while that still names it.
local function drop(ulid, h)
  if has(h, FLAG_IDEMPOTENT) then
    local idem = idem_key .. redis.call('GETRANGE', task_key .. ulid, HEADER_BYTES, HEADER_BYTES + 21)
    local named = redis.call('GET', idem)
    if named and named:sub(1, 26) == ulid then redis.call('DEL', idem) end
  end
  redis.call('UNLINK', task_key .. ulid, result_key .. ulid, side_key .. ulid, tries_key .. ulid, log_key .. ulid)
  redis.call('ZREM', all_key, ulid)
  if h.state == FAILED then redis.call('ZREM', dead_key, ulid) end
end

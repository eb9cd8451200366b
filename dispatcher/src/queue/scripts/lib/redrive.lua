-- Puts a dead letter back with a fresh budget of attempts and of free returns, and a fresh start-by time (ARGV[2 .. 5]: milliseconds for P0 .. P3).
-- 0 no such task, 1 done, 2 not in the dead letters.
local function redrive(ulid)
  local h = load(ulid)
  if not h then return 0 end
  if h.state ~= FAILED then return 2 end
  redis.call('ZREM', dead_key, ulid)
  redis.call('DEL', result_key .. ulid)
  h.failures = 0
  clear(h, 3 * FLAG_RETURNED)
  h.start_by = now + ARGV[2 + h.priority]
  enqueue(ulid, h)
  emit('redriven', ulid, h.epoch)
  return 1
end

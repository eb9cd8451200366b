#!lua flags=allow-oom
-- Promotes delayed tasks that are due, reclaims leases that ran out, drops old results, keeps the events stream inside its bytes.
-- KEYS: waiting delayed leases all task events dead done result side tries log idem
-- ARGV: clock, base ms, max ms, jitter, random number, how many of each kind at most, milliseconds and number of finished tasks kept,
--   bytes of events kept
-- Returns: promoted, reclaimed, dropped, milliseconds until the next is due (-1 when none is)
-- include: lib/clock.lua
-- include: lib/header.lua
-- include: lib/events.lua
-- include: lib/waiting.lua
-- include: lib/attempts.lua
-- include: lib/finish.lua
local retry_at = 2
-- include: lib/retry.lua
-- include: lib/lost.lua
-- include: lib/drop.lua
local limit = tonumber(ARGV[6])

local function promote()
  local due = redis.call('ZRANGEBYSCORE', delayed_key, '-inf', now, 'LIMIT', 0, limit)
  for _, ulid in ipairs(due) do
    redis.call('ZREM', delayed_key, ulid)
    local h = load(ulid)
    if h then
      enqueue(ulid, h)
      emit('queued', ulid, h.epoch)
    end
  end
  return #due
end

local function reclaim()
  local over = redis.call('ZRANGEBYSCORE', leases_key, '-inf', now, 'LIMIT', 0, limit)
  for _, ulid in ipairs(over) do
    local h = load(ulid)
    if not h then
      redis.call('ZREM', leases_key, ulid)
    elseif now >= h.started + h.timeout then
      attempt_lost(ulid, h, 'TASK_TIMEOUT', 'the task ran longer than its timeout')
    else
      attempt_lost(ulid, h, 'WORKER_LOST', 'the lease ran out')
    end
  end
  return #over
end

local function expire()
  local dropped, oldest = 0, now - ARGV[7]
  local surplus = redis.call('LLEN', done_key) - ARGV[8]
  for _, entry in ipairs(redis.call('LRANGE', done_key, 0, limit - 1)) do
    local ulid, epoch = entry:sub(1, 26), tonumber(entry:sub(28))
    local h = load(ulid)
    local current = h and h.state >= SUCCEEDED and h.epoch == epoch
    if current and surplus <= 0 and h.at > oldest then break end
    redis.call('LPOP', done_key)
    surplus = surplus - 1
    if current then
      drop(ulid, h)
      dropped = dropped + 1
    end
  end
  return dropped
end

local function trim_events()
  local bytes = redis.call('MEMORY', 'USAGE', events_key)
  local kept = tonumber(ARGV[9])
  if bytes and bytes > kept then
    redis.call('XTRIM', events_key, 'MAXLEN', '~', math.floor(redis.call('XLEN', events_key) * kept / bytes * 0.9))
  end
end

local function next_due()
  local soonest
  for _, key in ipairs({ delayed_key, leases_key }) do
    local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    if head[2] and (not soonest or tonumber(head[2]) < soonest) then soonest = tonumber(head[2]) end
  end
  if not soonest then return -1 end
  return math.max(0, math.ceil(soonest - now))
end

local promoted, reclaimed, dropped = promote(), reclaim(), expire()
publish()
trim_events()
return { promoted, reclaimed, dropped, next_due() }

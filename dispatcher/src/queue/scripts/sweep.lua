#!lua flags=allow-oom
-- Promotes delayed tasks that are due, reclaims leases that ran out, drops old results, keeps the events stream inside its bytes.
-- KEYS: waiting delayed leases all task events dead done result side tries log meta
-- ARGV: clock, retry policy (see lib/retry.lua), milliseconds and number of ended tasks kept, milliseconds and number of dead letters
--   kept, how many of each kind at most, bytes of events kept
-- Returns: promoted, reclaimed leases by what became of the task (waits again, failed, cancelled), dropped, milliseconds until the next is
--   due (-1 when none is, 0 when there was more than this call may do)
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/waiting.lua
-- include: lib/attempts.lua
-- include: lib/finish.lua
local retry_policy = ARGV[2]
-- include: lib/retry.lua
-- include: lib/lost.lua
local keep_at = 3
-- include: lib/drop.lua
-- include: lib/expire.lua
local limit = tonumber(ARGV[7])

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
  local requeued, failed, cancelled = 0, 0, 0
  local over = redis.call('ZRANGEBYSCORE', leases_key, '-inf', now, 'LIMIT', 0, limit)
  for _, ulid in ipairs(over) do
    local h = load(ulid)
    if not h then
      redis.call('ZREM', leases_key, ulid)
    else
      if now >= h.started + h.timeout then
        attempt_lost(ulid, h, 'TASK_TIMEOUT', 'the task ran longer than its timeout')
      else
        attempt_lost(ulid, h, 'WORKER_LOST', 'the lease ran out')
      end
      if h.state == FAILED then
        failed = failed + 1
      elseif h.state == CANCELLED then
        cancelled = cancelled + 1
      else
        requeued = requeued + 1
      end
    end
  end
  return requeued, failed, cancelled, #over
end

local function trim_events()
  local bytes = redis.call('MEMORY', 'USAGE', events_key)
  local kept = tonumber(ARGV[8])
  if bytes and bytes > kept then
    redis.call('XTRIM', events_key, 'MAXLEN', '~', math.floor(redis.call('XLEN', events_key) * kept / bytes * 0.9))
  end
end

-- Agents come and go. To forget the claims of all costs no more than time: what goes unheard then comes back with its lease.
local AGENTS_KEPT = 10000

local function forget_claims()
  if redis.call('HLEN', meta_key) <= AGENTS_KEPT then return end
  local paused = redis.call('HGET', meta_key, 'paused')
  redis.call('UNLINK', meta_key)
  if paused then redis.call('HSET', meta_key, 'paused', paused) end
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

local promoted = promote()
local requeued, failed, cancelled, over = reclaim()
local dropped, buried = expire(limit)
publish()
trim_events()
forget_claims()
local more = promoted >= limit or over >= limit or dropped >= limit or buried >= limit
return { promoted, requeued, failed, cancelled, dropped + buried, more and 0 or next_due() }

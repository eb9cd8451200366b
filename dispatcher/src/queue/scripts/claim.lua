#!lua flags=allow-oom
-- Leases waiting tasks to an agent; none while the type is paused.
-- KEYS: waiting leases task events meta
-- ARGV: clock, agent, how many at most, lease ms
-- Returns: for each task: ulid, epoch, record (its header as it was before)
-- include: lib/clock.lua
-- include: lib/header.lua
-- include: lib/events.lua
if redis.call('HGET', meta_key, 'paused') then return {} end
local popped = redis.call('ZPOPMIN', waiting_key, ARGV[3])
if #popped == 0 then return {} end
local agent, expiry = padded(ARGV[2]), now + ARGV[4]
local leases, reply = { leases_key }, {}
for i = 1, #popped, 2 do
  local ulid = popped[i]
  local raw = redis.call('GET', task_key .. ulid)
  if raw then
    local h = unpack_header(raw)
    h.state = RUNNING
    h.epoch = h.epoch + 1
    h.started = now
    h.agent = agent
    set(h, FLAG_OPEN)
    save(ulid, h)
    leases[#leases + 1] = expiry
    leases[#leases + 1] = ulid
    emit('claimed', ulid, h.epoch)
    reply[#reply + 1] = ulid
    reply[#reply + 1] = h.epoch
    reply[#reply + 1] = raw
  end
end
if #leases > 1 then redis.call('ZADD', unpack(leases)) end
publish(ARGV[2])
return reply

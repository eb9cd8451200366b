#!lua flags=allow-oom
-- Renews leases, never past the task's timeout and one lease of grace, which acknowledges them; stores progress and tool calls that changed.
-- KEYS: leases task events side
-- ARGV: clock, agent, lease ms, then for each lease: ulid, epoch, progress JSON ('' without), tool calls of the attempt so far
-- Returns: for each lease: 0 held, 1 held but to be cancelled, 2 lost
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/acknowledge.lua
local agent, lease = padded(ARGV[2]), tonumber(ARGV[3])
local leases, reply = { leases_key }, {}
for at = 4, #ARGV, 4 do
  local ulid, progress, made = ARGV[at], ARGV[at + 2], tonumber(ARGV[at + 3])
  local h = held(ulid, tonumber(ARGV[at + 1]), agent)
  local last = h and h.started + h.timeout + lease
  if not h or now >= last then
    reply[#reply + 1] = 2
  else
    acknowledge(ulid, h)
    if made > h.at then
      h.at = made
      save(ulid, h)
    end
    leases[#leases + 1] = math.min(now + lease, last)
    leases[#leases + 1] = ulid
    if progress ~= '' and redis.call('HGET', side_key .. ulid, 'progress') ~= progress then
      redis.call('HSET', side_key .. ulid, 'progress', progress)
      emit('progress', ulid, h.epoch, '{"data":' .. progress .. '}')
    end
    reply[#reply + 1] = has(h, FLAG_CANCEL) and 1 or 0
  end
end
if #leases > 1 then redis.call('ZADD', unpack(leases)) end
publish(ARGV[2])
return reply

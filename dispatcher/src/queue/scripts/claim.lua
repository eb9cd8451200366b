#!lua flags=allow-oom
-- Leases waiting tasks to an agent; none while the type is paused. Asked again with the token of a claim whose answer was lost, it gives that
-- answer: the leases of it that the agent has not acknowledged, for a whole lease from now.
-- KEYS: waiting leases task events meta
-- ARGV: clock, agent, how many at most, lease ms, token, 1 when it is asked again (else 0)
-- Returns: for each task: ulid, epoch, record (its header is older than the lease)
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/entry.lua
-- include: lib/claimed.lua
local expiry = string.format('%d', now + ARGV[4])
-- What a claim writes behind the times that it keeps: when it began, no end, whose it is.
local tail = struct.pack('>dd', now, 0) .. padded(ARGV[2])
local leases, lines, reply = { leases_key }, {}, {}

local function give(ulid, epoch, flags, priority, raw)
  redis.call('SETRANGE', task_key .. ulid, '0', struct.pack('>BBBBI4', 1, RUNNING, flags, priority, epoch) .. raw:sub(9, 40) .. tail)
  leases[#leases + 1] = expiry
  leases[#leases + 1] = ulid
  reply[#reply + 1] = ulid
  reply[#reply + 1] = epoch
  reply[#reply + 1] = raw
end

local agent_field = CLAIM_OF .. ARGV[2]
local paused, latest = unpack(redis.call('HMGET', meta_key, 'paused', agent_field))
if ARGV[6] == '1' and is_of(latest, ARGV[5]) then
  for ulid, epoch in leases_of(latest) do
    local raw = redis.call('GET', task_key .. ulid)
    if raw then
      local _, state, flags, priority, current = struct.unpack('>BBBBI4', raw)
      local offered = state == RUNNING and bit.band(flags, FLAG_OFFERED) ~= 0
      if offered and current == tonumber(epoch) then give(ulid, current, flags, priority, raw) end
    end
  end
  if #reply > 0 then redis.call('ZADD', unpack(leases)) end
  return reply
end
-- This call was held up on its way, and was asked again and answered before it came: its caller waits no more.
if is_of(latest, ARGV[5]) or paused then return reply end

local popped = redis.call('ZPOPMIN', waiting_key, ARGV[3])
for at = 1, #popped, 2 do
  local ulid = popped[at]
  local raw = redis.call('GET', task_key .. ulid)
  if raw then
    local _, _, flags, priority, epoch = struct.unpack('>BBBBI4', raw)
    give(ulid, epoch + 1, bit.bor(flags, FLAG_OPEN + FLAG_OFFERED), priority, raw)
    lines[#lines + 1] = ulid .. ' ' .. epoch + 1
  end
end
if #reply == 0 then return reply end
local text = table.concat(lines, '\n')
redis.call('ZADD', unpack(leases))
redis.call('HSET', meta_key, agent_field, ARGV[5] .. '\n' .. text)
add_entry('g', ARGV[2], 'claimed', text)
return reply

#!lua flags=allow-oom
-- Takes back leases that an agent never acknowledged and does not work on: those named here, and those of its latest claim where asked for.
-- KEYS: leases waiting delayed task events dead done result tries meta
-- ARGV: clock, agent, retry policy (see lib/retry.lua), lease ms, 1 for its latest claim too (else 0), then for each lease: ulid, epoch
-- Returns: how many
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/waiting.lua
-- include: lib/attempts.lua
-- include: lib/finish.lua
local retry_policy = ARGV[3]
-- include: lib/retry.lua
-- include: lib/lost.lua
-- include: lib/claimed.lua
local agent, lease = padded(ARGV[2]), tonumber(ARGV[4])
local count = 0

local function recover(ulid, epoch)
  local h = held(ulid, tonumber(epoch), agent)
  if not h or not has(h, FLAG_OFFERED) then return end
  -- A dispatcher of the version before renews and leaves the flag.
  local expiry = redis.call('ZSCORE', leases_key, ulid)
  if expiry and tonumber(expiry) > h.started + lease then return end
  attempt_lost(ulid, h, 'WORKER_LOST', 'the agent never acknowledged the task')
  count = count + 1
end

if ARGV[5] == '1' then
  for ulid, epoch in leases_of(redis.call('HGET', meta_key, CLAIM_OF .. ARGV[2])) do recover(ulid, epoch) end
end
for at = 6, #ARGV, 2 do recover(ARGV[at], ARGV[at + 1]) end
publish(ARGV[2])
return count

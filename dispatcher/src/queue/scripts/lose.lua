#!lua flags=allow-oom
-- Gives up leases of an agent that is gone.
-- KEYS: leases waiting delayed task events dead done result tries
-- ARGV: clock, agent, base ms, max ms, jitter, random number, then for each lease: ulid, epoch
-- Returns: for each lease: see lib/ended.lua
-- include: lib/clock.lua
-- include: lib/header.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/waiting.lua
-- include: lib/attempts.lua
-- include: lib/ended.lua
-- include: lib/finish.lua
local retry_at = 3
-- include: lib/retry.lua
-- include: lib/lost.lua
local agent = padded(ARGV[2])
local reply = {}
for at = 7, #ARGV, 2 do
  local h, reason = held(ARGV[at], tonumber(ARGV[at + 1]), agent)
  if h then attempt_lost(ARGV[at], h, 'WORKER_LOST', 'the agent was lost') end
  reply[#reply + 1] = reason or ended(h)
end
publish(ARGV[2])
return reply

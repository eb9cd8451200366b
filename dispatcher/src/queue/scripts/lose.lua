#!lua flags=allow-oom
-- Gives up leases of an agent that is gone: each counts as an attempt.
-- KEYS: leases waiting delayed task events dead done result tries
-- ARGV: clock, agent, retry policy (see lib/retry.lua), then for each lease: ulid, epoch
-- Returns: for each lease: see lib/ended.lua
-- include: lib/clock.lua
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/trimmed_entry.lua
-- include: lib/events.lua
-- include: lib/lease.lua
-- include: lib/waiting.lua
-- include: lib/attempts.lua
-- include: lib/ended.lua
-- include: lib/finish.lua
local retry_policy = ARGV[3]
-- include: lib/retry.lua
-- include: lib/lost.lua
local agent = padded(ARGV[2])
local reply = {}
for at = 4, #ARGV, 2 do
  local h, reason = held(ARGV[at], tonumber(ARGV[at + 1]), agent)
  if h then
    clear(h, FLAG_OFFERED)
    attempt_lost(ARGV[at], h, 'WORKER_LOST', 'the agent was lost')
  end
  reply[#reply + 1] = reason or ended(h)
end
publish(ARGV[2])
return reply

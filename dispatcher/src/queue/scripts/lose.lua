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
local CODE, MESSAGE = 'WORKER_LOST', 'the agent was lost'
local agent = padded(ARGV[2])
local reply = {}
for at = 4, #ARGV, 2 do
  local ulid, epoch = ARGV[at], ARGV[at + 1]
  local h, reason = held(ulid, tonumber(epoch), agent)
  if h then
    clear(h, FLAG_OFFERED)
    attempt_lost(ulid, h, CODE, MESSAGE)
    reply[#reply + 1] = ended(h)
  elseif reason == 2 and tried(ulid, epoch, ARGV[2], 'lost', lost_error(CODE, MESSAGE)) then
    reply[#reply + 1] = REPEATED + ended(load(ulid))
  else
    reply[#reply + 1] = reason
  end
end
publish(ARGV[2])
return reply

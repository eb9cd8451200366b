-- Order of claims: P0 before all else, first in first out; the others by the time by which they should start.
-- include: lib/p0.lua

local function score(h)
  if h.priority == 0 then return h.start_by - P0_HEAD_START end
  return h.start_by
end

-- Saves the task as waiting, at the place it had before.
local function enqueue(ulid, h)
  h.state = QUEUED
  h.at = 0
  save(ulid, h)
  redis.call('ZADD', waiting_key, score(h), ulid)
end

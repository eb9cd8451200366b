-- Saves the task in a terminal state and queues it for retention. The epoch tells a later finish (after a redrive) from this one.
local function finish(ulid, h, state)
  h.state = state
  h.at = now
  save(ulid, h)
  redis.call('RPUSH', done_key, ulid .. ':' .. h.epoch)
end

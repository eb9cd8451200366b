-- Saves the task in a terminal state and queues it for retention: failed ones as dead letters, which are kept apart.
local function finish(ulid, h, state)
  h.state = state
  h.at = now
  save(ulid, h)
  if state == FAILED then
    redis.call('ZADD', dead_key, now, ulid)
  else
    redis.call('RPUSH', done_key, ulid)
  end
end

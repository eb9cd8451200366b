-- Drops finished tasks past their retention, at most `most` of each kind. ARGV[keep_at ..]: milliseconds and number of ended tasks kept,
-- milliseconds and number of dead letters kept. Answers how many of each went.
local function expire(most)
  local dropped, oldest = 0, now - ARGV[keep_at]
  local surplus = redis.call('LLEN', done_key) - ARGV[keep_at + 1]
  for _, ulid in ipairs(redis.call('LRANGE', done_key, 0, most - 1)) do
    local h = load(ulid)
    if h and surplus <= 0 and h.at > oldest then break end
    redis.call('LPOP', done_key)
    surplus = surplus - 1
    if h then drop(ulid) end
    dropped = dropped + 1
  end
  local buried, since = 0, now - ARGV[keep_at + 2]
  local excess = redis.call('ZCARD', dead_key) - ARGV[keep_at + 3]
  local dead = redis.call('ZRANGE', dead_key, 0, most - 1, 'WITHSCORES')
  for at = 1, #dead, 2 do
    if excess <= 0 and tonumber(dead[at + 1]) > since then break end
    redis.call('ZREM', dead_key, dead[at])
    drop(dead[at])
    excess = excess - 1
    buried = buried + 1
  end
  return dropped, buried
end

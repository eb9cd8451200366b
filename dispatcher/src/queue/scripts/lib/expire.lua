-- Drops finished tasks past their retention, at most `most` of each kind and some more. ARGV[keep_at ..]: milliseconds and number of ended
-- tasks kept, milliseconds and number of dead letters kept. Answers how many of each went.
local CHUNK = 50

-- How many of these, which are the oldest, have to go: all while there are too many, then those that ended too long ago.
local function past(ulids, surplus)
  local oldest = now - ARGV[keep_at]
  for at = 1, #ulids do
    if at > surplus then
      local ended = redis.call('GETRANGE', task_key .. ulids[at], '48', '55')
      if ended ~= '' and struct.unpack('>d', ended) > oldest then return at - 1 end
    end
  end
  return #ulids
end

local function expire(most)
  local dropped = 0
  local surplus = redis.call('LLEN', done_key) - ARGV[keep_at + 1]
  while dropped < most do
    local ulids = redis.call('LRANGE', done_key, 0, CHUNK - 1)
    local count = past(ulids, surplus)
    if count == 0 then break end
    drop(redis.call('LPOP', done_key, count))
    dropped = dropped + count
    surplus = surplus - count
    if count < CHUNK then break end
  end
  local buried, since = 0, now - ARGV[keep_at + 2]
  local excess = redis.call('ZCARD', dead_key) - ARGV[keep_at + 3]
  local dead = redis.call('ZRANGE', dead_key, 0, most - 1, 'WITHSCORES')
  for at = 1, #dead, 2 do
    if excess <= 0 and tonumber(dead[at + 1]) > since then break end
    redis.call('ZREM', dead_key, dead[at])
    drop({ dead[at] })
    excess = excess - 1
    buried = buried + 1
  end
  return dropped, buried
end

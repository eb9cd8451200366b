-- now: milliseconds since 1970 by Redis's own clock, or the first argument where a test sets the time ("0" otherwise).
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

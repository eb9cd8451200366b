-- Adds an entry to the events stream, whose fields are as lib/events.lua says, without a look at its length: every task has passed submit.lua,
-- which trims.
local function add_entry(...)
  if ARGV[1] == '0' then
    redis.call('XADD', events_key, '*', ...)
  else
    redis.call('XADD', events_key, '*', 't', ARGV[1], ...)
  end
end

-- Adds an entry to the events stream, whose fields are as lib/events.lua says, and keeps the stream inside its length.
local EVENTS_KEPT = '100000'

local function add_entry(...)
  if ARGV[1] == '0' then
    redis.call('XADD', events_key, 'MAXLEN', '~', EVENTS_KEPT, '*', ...)
  else
    redis.call('XADD', events_key, 'MAXLEN', '~', EVENTS_KEPT, '*', 't', ARGV[1], ...)
  end
end

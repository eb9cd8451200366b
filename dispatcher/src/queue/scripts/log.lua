#!lua
-- Appends lines to the logs of held tasks; lines of others are dropped. Tells followers which tasks have new lines.
-- KEYS: task log logs
-- ARGV: agent, then for each line: ulid, epoch, line as JSON
-- Returns: how many lines were kept
-- include: lib/header.lua
-- include: lib/lease.lua
local LINES_KEPT = 2000
local agent = padded(ARGV[1])
local checked, touched, kept = {}, {}, 0
for at = 2, #ARGV, 3 do
  local ulid, epoch = ARGV[at], tonumber(ARGV[at + 1])
  local lease = ulid .. epoch
  if checked[lease] == nil then
    checked[lease] = held(ulid, epoch, agent) ~= nil
    if checked[lease] then touched[#touched + 1] = ulid end
  end
  if checked[lease] then
    redis.call('XADD', log_key .. ulid, 'MAXLEN', '~', LINES_KEPT, '*', 'l', ARGV[at + 2])
    kept = kept + 1
  end
end
if #touched > 0 then redis.call('SPUBLISH', logs_key, table.concat(touched, ' ')) end
return kept

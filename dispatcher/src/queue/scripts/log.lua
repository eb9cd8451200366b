#!lua
-- Appends lines to the logs of held tasks; lines of others are dropped. A task's lines are cut off, with one line that says so, once they
-- took as many bytes as are kept. Tells followers which tasks have new lines.
-- KEYS: task side log logs
-- ARGV: agent, bytes of lines kept a task, then for each line: ulid, epoch, line as JSON (`at` stands first)
-- Returns: how many lines were kept
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/lease.lua
-- include: lib/acknowledge.lua
local LINES_KEPT = 2000
local agent, bytes_kept = padded(ARGV[1]), tonumber(ARGV[2])
local checked, used, touched, kept = {}, {}, {}, 0

local function append(ulid, line)
  redis.call('XADD', log_key .. ulid, 'MAXLEN', '~', LINES_KEPT, '*', 'l', line)
end

for at = 3, #ARGV, 3 do
  local ulid, epoch, line = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  local lease = ulid .. epoch
  if checked[lease] == nil then
    local h = held(ulid, epoch, agent)
    checked[lease] = h ~= nil
    if h then acknowledge(ulid, h) end
    if checked[lease] and not used[ulid] then
      used[ulid] = tonumber(redis.call('HGET', side_key .. ulid, 'log') or 0)
      touched[#touched + 1] = ulid
    end
  end
  if checked[lease] and used[ulid] <= bytes_kept then
    used[ulid] = used[ulid] + #line
    if used[ulid] <= bytes_kept then
      append(ulid, line)
      kept = kept + 1
    else
      local time = line:match('^{"at":"([^"]*)"') or ''
      append(ulid, string.format('{"at":"%s","stream":"agent","text":"log cut: the task wrote more than %d bytes"}', time, bytes_kept))
    end
  end
end
for _, ulid in ipairs(touched) do redis.call('HSET', side_key .. ulid, 'log', used[ulid]) end
if #touched > 0 then redis.call('SPUBLISH', logs_key, table.concat(touched, ' ')) end
return kept

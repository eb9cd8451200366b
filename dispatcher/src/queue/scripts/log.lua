#!lua
-- Appends lines to the logs of held tasks; lines of others are dropped. An attempt's lines are cut off, with one line that says so, once they
-- took as many bytes as are kept; those of attempts before it make room. Tells followers which tasks have new lines.
-- KEYS: task side log logs
-- ARGV: agent, bytes of lines kept an attempt, and of all attempts before it, then for each line: ulid, epoch, line as JSON (`at` stands first)
-- Returns: how many lines were kept
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/lease.lua
-- include: lib/acknowledge.lua
local LINES_KEPT, CHUNK = 2000, 100
local agent, bytes_kept = padded(ARGV[1]), tonumber(ARGV[2])
local logs, changed, touched, kept = {}, {}, {}, 0

local function append(ulid, line)
  redis.call('XADD', log_key .. ulid, 'MAXLEN', '~', LINES_KEPT, '*', 'l', line)
end

-- Drops the oldest lines past the bytes kept; answers how many bytes are left.
local function trimmed(ulid)
  local key, bytes, first, upto = log_key .. ulid, 0, nil, '+'
  while true do
    local entries = redis.call('XREVRANGE', key, upto, '-', 'COUNT', CHUNK)
    for _, entry in ipairs(entries) do
      if bytes + #entry[2][2] > bytes_kept then
        redis.call('XTRIM', key, 'MINID', first) -- a line alone is far smaller than what is kept
        return bytes
      end
      bytes = bytes + #entry[2][2]
      first = entry[1]
    end
    if #entries < CHUNK then return bytes end
    upto = '(' .. first
  end
end

-- The field `log`: epoch of the latest attempt that wrote, bytes that it wrote, bytes at most that those before it left.
local function log_of(ulid, epoch)
  local stored = redis.call('HGET', side_key .. ulid, 'log') or ''
  local last, used, before = stored:match('^(%d+) (%d+) (%d+)$')
  if tonumber(last) == epoch then return { ulid = ulid, epoch = epoch, used = tonumber(used), before = before } end
  before = last and used + before or tonumber(stored) or 0
  if before > bytes_kept then before = trimmed(ulid) end
  return { ulid = ulid, epoch = epoch, used = 0, before = before }
end

for at = 3, #ARGV, 3 do
  local ulid, epoch, line = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  local lease = ulid .. epoch
  local log = logs[lease]
  if log == nil then
    local h = held(ulid, epoch, agent)
    log = h and log_of(ulid, epoch) or false
    logs[lease] = log
    if h then
      acknowledge(ulid, h)
      changed[#changed + 1] = log
      touched[#touched + 1] = ulid
    end
  end
  if log and log.used <= bytes_kept then
    log.used = log.used + #line
    if log.used <= bytes_kept then
      append(ulid, line)
      kept = kept + 1
    else
      local time = line:match('^{"at":"([^"]*)"') or ''
      append(ulid, string.format('{"at":"%s","stream":"agent","text":"log cut: the attempt wrote more than %d bytes"}', time, bytes_kept))
    end
  end
end
for _, log in ipairs(changed) do
  redis.call('HSET', side_key .. log.ulid, 'log', string.format('%d %d %d', log.epoch, log.used, log.before))
end
if #touched > 0 then redis.call('SPUBLISH', logs_key, table.concat(touched, ' ')) end
return kept

#!lua
-- Takes new tasks, each whole or not at all. Without allow-oom: refused as a whole when Redis has no memory left.
-- KEYS: waiting delayed all task events
-- ARGV: clock, queue limit, then for each task: ulid, priority, delay ms, start-by ms, record (whose times are not set yet)
-- Returns: now, then for each task: 0 accepted, 1 there was one of this id before, 2 queue full
-- include: lib/clock.lua
-- include: lib/p0.lua
-- include: lib/trimmed_entry.lua
local FIELDS, FIRST = 5, 3
local room = ARGV[2] - redis.call('ZCARD', waiting_key) - redis.call('ZCARD', delayed_key)
local waiting, delayed, all = { waiting_key }, { delayed_key }, { all_key }
local queued_lines, delayed_lines = {}, {}

local function take(at)
  local ulid, delay = ARGV[at], tonumber(ARGV[at + 2])
  local key = task_key .. ulid
  if room <= 0 then return redis.call('EXISTS', key) == 1 and 1 or 2 end
  if not redis.call('SET', key, ARGV[at + 4], 'NX') then return 1 end
  room = room - 1
  local start_by, run_at = now + delay + ARGV[at + 3], delay > 0 and now + delay or 0
  redis.call('SETRANGE', key, '24', struct.pack('>dddd', now, start_by, 0, run_at))
  all[#all + 1] = '0'
  all[#all + 1] = ulid
  if delay > 0 then
    delayed[#delayed + 1] = string.format('%d', run_at)
    delayed[#delayed + 1] = ulid
    delayed_lines[#delayed_lines + 1] = ulid .. ' 0'
  else
    if ARGV[at + 1] == '0' then start_by = start_by - P0_HEAD_START end
    waiting[#waiting + 1] = string.format('%d', start_by)
    waiting[#waiting + 1] = ulid
    queued_lines[#queued_lines + 1] = ulid .. ' 0'
  end
  return 0
end

local reply = { now }
for at = FIRST, #ARGV, FIELDS do reply[#reply + 1] = take(at) end
if #all == 1 then return reply end
redis.call('ZADD', unpack(all))
if #waiting > 1 then redis.call('ZADD', unpack(waiting)) end
if #delayed == 1 then
  add_entry('queued', table.concat(queued_lines, '\n'))
  return reply
end
redis.call('ZADD', unpack(delayed))
local entry = { 'delayed', table.concat(delayed_lines, '\n') }
if #waiting > 1 then entry[3], entry[4] = 'queued', table.concat(queued_lines, '\n') end
add_entry(unpack(entry))
return reply

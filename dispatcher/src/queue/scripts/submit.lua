#!lua
-- Takes new tasks, each whole or not at all. Without allow-oom: refused as a whole when Redis has no memory left.
-- KEYS: waiting delayed all task events done side tries result
-- ARGV: clock, queue limit, then for each task: ulid, priority, delay ms, timeout ms, max attempts, start-by ms, description JSON, spec JSON
-- Returns: { now, retry-after seconds, outcome... }; an outcome is 0 accepted, 2 queue full, or the task that was there before (see lib/read.lua)
-- include: lib/clock.lua
-- include: lib/header.lua
-- include: lib/events.lua
-- include: lib/waiting.lua
-- include: lib/read.lua
local FIELDS, FIRST = 8, 3
local limit = tonumber(ARGV[2])
local load_now = redis.call('ZCARD', waiting_key) + redis.call('ZCARD', delayed_key)
local nobody = string.rep('\0', 64)
local waiting, delayed, all = { waiting_key }, { delayed_key }, { all_key }
local refused = 0

local function take(at)
  local ulid = ARGV[at]
  if load_now >= limit then
    local before = read(ulid)
    if before then return before end
    refused = refused + 1
    return 2
  end
  local delay, priority, meta = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 1]), ARGV[at + 6]
  local h = {
    state = QUEUED, flags = 0, priority = priority, epoch = 0, failures = 0, max_attempts = tonumber(ARGV[at + 4]),
    timeout = tonumber(ARGV[at + 3]), tool_calls = 0, meta_length = #meta, created = now,
    start_by = now + delay + ARGV[at + 5], started = 0, at = 0, agent = nobody,
  }
  if delay > 0 then
    h.state = DELAYED
    h.at = now + delay
  end
  if not redis.call('SET', task_key .. ulid, pack(h) .. meta .. ARGV[at + 7], 'NX') then return read(ulid) end
  load_now = load_now + 1
  all[#all + 1] = '0'
  all[#all + 1] = ulid
  if delay > 0 then
    delayed[#delayed + 1] = h.at
    delayed[#delayed + 1] = ulid
    emit('delayed', ulid, 0)
  else
    waiting[#waiting + 1] = score(h)
    waiting[#waiting + 1] = ulid
    emit('queued', ulid, 0)
  end
  return 0
end

-- How long until as many tasks have ended as were refused, by the pace of the last hundred that did not fail; 1 to 60 seconds.
local function retry_after()
  local sample = math.min(100, redis.call('LLEN', done_key))
  if sample == 0 then return 60 end
  local entry = redis.call('LINDEX', done_key, -sample)
  local h = load(entry)
  if not h then return 60 end
  return math.max(1, math.min(60, math.ceil(refused * (now - h.at) / sample / 1000)))
end

local reply = { now, 0 }
for at = FIRST, #ARGV, FIELDS do reply[#reply + 1] = take(at) end
if refused > 0 then reply[2] = retry_after() end
if #all > 1 then redis.call('ZADD', unpack(all)) end
if #waiting > 1 then redis.call('ZADD', unpack(waiting)) end
if #delayed > 1 then redis.call('ZADD', unpack(delayed)) end
publish()
return reply

-- A task is one string: a header of 120 bytes that transitions rewrite in place, then what never changes
-- (description as JSON of meta_length bytes, spec as JSON).
-- `at` is when a delayed task can start and when a finished one ended, else 0. The first byte is the layout's version. dispatcher/src/queue/record.ts reads the same layout.
local LAYOUT = '>BBBBI4HHI4I4I4ddddc64'
-- Constants for commands are strings: Redis prints a Lua number with all its digits first.
local HEADER_BYTES, HEADER_END = 120, '119'
local DELAYED, QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = 1, 2, 3, 4, 5, 6
-- FLAG_OPEN: the latest attempt is not in the attempts list yet.
local FLAG_CANCEL, FLAG_OPEN = 1, 2

local function pack(h)
  return struct.pack(LAYOUT, 1, h.state, h.flags, h.priority, h.epoch, h.failures, h.max_attempts, h.timeout,
    h.tool_calls, h.meta_length, h.created, h.start_by, h.started, h.at, h.agent)
end

-- A table constructor allocates once, where filling a table field by field would grow it again and again.
local function unpack_header(raw)
  local _, state, flags, priority, epoch, failures, max_attempts, timeout, tool_calls, meta_length, created, start_by, started, at, agent =
    struct.unpack(LAYOUT, raw)
  return {
    state = state, flags = flags, priority = priority, epoch = epoch, failures = failures, max_attempts = max_attempts,
    timeout = timeout, tool_calls = tool_calls, meta_length = meta_length, created = created, start_by = start_by,
    started = started, at = at, agent = agent,
  }
end

-- nil when there is no such task.
local function load(ulid)
  local raw = redis.call('GETRANGE', task_key .. ulid, '0', HEADER_END)
  if #raw < HEADER_BYTES then return nil end
  return unpack_header(raw)
end

local function save(ulid, h)
  redis.call('SETRANGE', task_key .. ulid, '0', pack(h))
end

local function has(h, flag)
  return bit.band(h.flags, flag) ~= 0
end

local function set(h, flag)
  h.flags = bit.bor(h.flags, flag)
end

local function clear(h, flag)
  h.flags = bit.band(h.flags, bit.bnot(flag))
end

local function padded(agent)
  return agent .. string.rep('\0', 64 - #agent)
end

local function agent_of(h)
  return (h.agent:gsub('%z+$', ''))
end

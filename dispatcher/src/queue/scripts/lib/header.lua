-- Reads and writes whole headers; needs lib/layout.lua.
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

local function agent_of(h)
  return (h.agent:gsub('%z+$', ''))
end

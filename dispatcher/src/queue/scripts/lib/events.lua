-- What happened in this call becomes ONE entry of the events stream: a field a kind, its value one line a task:
-- `<ulid> <epoch>` and, where there is more to say, a space and a JSON object (agent_id, message, data).
-- `g` is the agent of all lines that name none; `t` the time where a test sets it (else the entry's id tells it).
local EVENTS_KEPT = '100000'
local kinds, lines = {}, {}

local function emit(kind, ulid, epoch, extra)
  local of_kind = lines[kind]
  if not of_kind then
    of_kind = {}
    lines[kind] = of_kind
    kinds[#kinds + 1] = kind
  end
  if extra and extra ~= '' then
    of_kind[#of_kind + 1] = ulid .. ' ' .. epoch .. ' ' .. extra
  else
    of_kind[#of_kind + 1] = ulid .. ' ' .. epoch
  end
end

local function publish(agent)
  if #kinds == 0 then return end
  if #kinds == 1 and ARGV[1] == '0' then
    -- Most calls; without a table to build.
    local kind = kinds[1]
    local text = table.concat(lines[kind], '\n')
    if agent then
      redis.call('XADD', events_key, 'MAXLEN', '~', EVENTS_KEPT, '*', 'g', agent, kind, text)
    else
      redis.call('XADD', events_key, 'MAXLEN', '~', EVENTS_KEPT, '*', kind, text)
    end
    return
  end
  local entry = { events_key, 'MAXLEN', '~', EVENTS_KEPT, '*' }
  if ARGV[1] ~= '0' then
    entry[6], entry[7] = 't', now
  end
  if agent then
    entry[#entry + 1] = 'g'
    entry[#entry + 1] = agent
  end
  for _, kind in ipairs(kinds) do
    entry[#entry + 1] = kind
    entry[#entry + 1] = table.concat(lines[kind], '\n')
  end
  redis.call('XADD', unpack(entry))
end

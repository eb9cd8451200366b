-- What happened in this call becomes ONE entry of the events stream: a field a kind, its value one line a task:
-- `<ulid> <epoch>` and, where there is more to say, a space and a JSON object (agent_id, message, data).
-- `g` is the agent of all lines that name none; `t` the time where a test sets it (else the entry's id tells it).
local kinds, lines = {}, {}

local function emit(kind, ulid, epoch, extra)
  local line = ulid .. ' ' .. epoch
  if extra and extra ~= '' then line = line .. ' ' .. extra end
  local of_kind = lines[kind]
  if of_kind then
    of_kind[#of_kind + 1] = line
  else
    lines[kind] = { line }
    kinds[#kinds + 1] = kind
  end
end

local function publish(agent)
  if #kinds == 0 then return end
  local entry = agent and { 'g', agent } or {}
  for _, kind in ipairs(kinds) do
    entry[#entry + 1] = kind
    entry[#entry + 1] = table.concat(lines[kind], '\n')
  end
  add_entry(unpack(entry))
end

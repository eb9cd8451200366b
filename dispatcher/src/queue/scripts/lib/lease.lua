-- The header of a task that `agent` (padded) holds by `epoch`; else nil and the reason: 1 no such task, 2 lease over, 3 not held by it.
local function held(ulid, epoch, agent)
  local h = load(ulid)
  if not h then return nil, 1 end
  if epoch < h.epoch then return nil, 2 end
  if epoch > h.epoch or h.agent ~= agent then return nil, 3 end
  if h.state ~= RUNNING then return nil, 2 end
  return h
end

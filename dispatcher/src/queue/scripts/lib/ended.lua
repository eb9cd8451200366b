-- What a report is answered: 0 accepted and the task waits again, 1 no such task, 2 lease over, 3 lease not held, 4 to 6 accepted and the
-- task ended in the state of that number; of a report that was accepted before and came again because its answer was lost, REPEATED more.
local REPEATED = 8

local function ended(h)
  return h.state >= SUCCEEDED and h.state or 0
end

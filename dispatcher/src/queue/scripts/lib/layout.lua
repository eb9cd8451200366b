-- A task is one string: a header of 120 bytes that transitions rewrite in place, then what never changes
-- (description as JSON of meta_length bytes, spec as JSON).
-- `at` is when a delayed task can start, when a finished one ended, of a running one how many tool calls its agent has told of, else 0;
-- `tool_calls` are those of attempts that ended. The first byte is the layout's version. dispatcher/src/queue/record.ts reads the same layout.
local LAYOUT = '>BBBBI4HHI4I4I4ddddc64'
-- Constants for commands are strings: Redis prints a Lua number with all its digits first.
local HEADER_BYTES, HEADER_END = 120, '119'
local DELAYED, QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = 1, 2, 3, 4, 5, 6
-- FLAG_OPEN: the latest attempt is not in the attempts list yet. FLAG_OFFERED: no word of its agent has named the lease yet. The two bits
-- from FLAG_RETURNED count how often the task came back without an attempt.
local FLAG_CANCEL, FLAG_OPEN, FLAG_OFFERED, FLAG_RETURNED = 1, 2, 4, 8
local MAX_TOOL_CALLS = 4294967295

-- An agent's id as headers hold it.
local function padded(agent)
  return agent .. string.rep('\0', 64 - #agent)
end

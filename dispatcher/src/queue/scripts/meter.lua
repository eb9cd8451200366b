#!lua flags=allow-oom
-- Adds what a model call used to a held task.
-- KEYS: task side
-- ARGV: agent, ulid, epoch, input tokens, output tokens, model calls, dollars
-- Returns: 1 no such task, 2 lease over, 3 lease not held, or { record up to its spec, side fields } (see lib/brief.lua)
-- include: lib/layout.lua
-- include: lib/header.lua
-- include: lib/lease.lua
-- include: lib/acknowledge.lua
local ulid = ARGV[2]
local h, reason = held(ulid, tonumber(ARGV[3]), padded(ARGV[1]))
if not h then return reason end
acknowledge(ulid, h)
for at, field in ipairs({ 'input', 'output', 'calls' }) do
  if ARGV[at + 3] ~= '0' then redis.call('HINCRBY', side_key .. ulid, field, ARGV[at + 3]) end
end
if ARGV[7] ~= '0' then redis.call('HINCRBYFLOAT', side_key .. ulid, 'cost', ARGV[7]) end
return { redis.call('GETRANGE', task_key .. ulid, 0, HEADER_BYTES + h.meta_length - 1),
  redis.call('HGETALL', side_key .. ulid) }

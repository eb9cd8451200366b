-- Removes every key of finished tasks, at most 500. An idempotency key that names one expires by itself.
local function drop(ulids)
  local keys, members = {}, { all_key }
  for _, ulid in ipairs(ulids) do
    for _, key in ipairs({ task_key, result_key, side_key, tries_key, log_key }) do keys[#keys + 1] = key .. ulid end
    members[#members + 1] = ulid
  end
  redis.call('UNLINK', unpack(keys))
  redis.call('ZREM', unpack(members))
end

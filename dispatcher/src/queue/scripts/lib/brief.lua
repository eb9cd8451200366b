-- A task as lists show it: like read, but the record without its spec and no result.
local FIRST_READ = 512

local function brief(ulid, raw, h)
  local wanted = HEADER_BYTES + h.meta_length
  if wanted > #raw then raw = redis.call('GETRANGE', task_key .. ulid, 0, wanted - 1) end
  return { ulid, raw:sub(1, wanted), redis.call('HGETALL', side_key .. ulid), redis.call('LRANGE', tries_key .. ulid, 0, -1), '' }
end

local function first_read(ulid)
  local raw = redis.call('GETRANGE', task_key .. ulid, 0, FIRST_READ - 1)
  if #raw < HEADER_BYTES then return nil end
  return raw, unpack_header(raw)
end

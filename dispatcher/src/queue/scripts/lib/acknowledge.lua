-- The agent has named the lease: if it is lost from here on, that costs an attempt.
local function acknowledge(ulid, h)
  if not has(h, FLAG_OFFERED) then return end
  clear(h, FLAG_OFFERED)
  save(ulid, h)
end

-- The latest claim of each agent is a field of the hash of the type: a token, then a line a lease, `<ulid> <epoch>`. It is worth something for as
-- long as nobody has acknowledged those leases.
local CLAIM_OF = 'claim:'

local function leases_of(record)
  return (record or ''):gmatch('\n(%S+) (%d+)')
end

-- Whether the record is that of the claim with this token.
local function is_of(record, token)
  return record and record:sub(1, #token + 1) == token .. '\n'
end

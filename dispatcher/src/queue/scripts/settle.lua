#!lua flags=allow-oom
-- Settles idempotency keys by what became of the tasks that they name: the key of one that was refused is kept no longer than a retry may be
-- under way; that of one which a retry found or made is kept whatever becomes of the reservation before it.
-- KEYS: idem
-- ARGV: clock, milliseconds a key is kept, milliseconds after which a submission has ended, then for each key: its hash, task id, fingerprint,
--   1 when the task is there, 0 when it was refused
-- Returns: 0
-- include: lib/clock.lua
-- include: lib/reservation.lua
for at = 4, #ARGV, 4 do
  local key, id, fingerprint = idem_key .. ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local seen = redis.call('GET', key)
  local named, _, confirmed
  if seen then named, _, confirmed = read_reservation(seen) end
  if ARGV[at + 3] == '1' then
    if not seen or named == id then redis.call('SET', key, reservation(fingerprint, id) .. CONFIRMED, 'PX', ARGV[2]) end
  elseif named == id and not confirmed then
    redis.call('PEXPIRE', key, ARGV[3])
  end
end
return 0

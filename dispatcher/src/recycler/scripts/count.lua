#!lua flags=no-writes
-- Counts the orders that are not done.
-- KEYS: released
-- ARGV: (none)
-- Returns: how many
return redis.call('ZCARD', released_key)

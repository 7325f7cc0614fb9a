-- Appends messages to the inbox of an instance, if the instance reads it.
-- KEYS: what the instance says about its reading, its inbox.
-- ARGV: what it must say, lease in ms, maximum of messages, maximum of bytes; then the messages.
local reader = redis.call('GET', KEYS[1])
if not reader then return {'ABSENT', 0} end
if reader ~= ARGV[1] then return {'OTHER', 0} end
local length, taken = redis.call('LLEN', KEYS[2]), 0
for i = 5, #ARGV do
  -- A large message needs an inbox that is almost empty, so that all together stay small.
  if length >= tonumber(ARGV[3]) or (length + 1) * #ARGV[i] > tonumber(ARGV[4]) then break end
  length = redis.call('RPUSH', KEYS[2], ARGV[i])
  taken = taken + 1
end
if length > 0 then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return {'OK', taken}

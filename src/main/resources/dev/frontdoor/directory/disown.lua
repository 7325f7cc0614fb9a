-- Ends the claim of a worker, unless there is a later one.
-- KEYS: the claim. ARGV: instance, pid, number of the latest claim to end.
local claim = redis.call('HMGET', KEYS[1], 'instance', 'pid', 'number')
if claim[1] == ARGV[1] and claim[2] == ARGV[2] and tonumber(claim[3]) <= tonumber(ARGV[3]) then
  redis.call('DEL', KEYS[1])
end
return {'OK'}

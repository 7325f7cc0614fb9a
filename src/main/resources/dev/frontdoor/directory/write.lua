-- Writes a batch of changes, unless a later one was written before.
-- KEYS: facts, pids that were reported lost.
-- ARGV: sequence number, channel, schema, instance, epoch; then a pid and its entry, or '', for each.
local lease = redis.call('HMGET', facts, 'seq', 'claim')
if not lease[1] then return {'GONE'} end
if lease[2] then return {'CLAIMED'} end
if tonumber(ARGV[1]) <= tonumber(lease[1]) then return {'STALE'} end
redis.call('HSET', facts, 'seq', ARGV[1])
local changes, returned = {}, {}
for i = 6, #ARGV, 2 do
  local pid, entry = ARGV[i], ARGV[i + 1]
  local old = remove(pid)
  if entry ~= '' then
    put(entry)
    if old ~= entry then
      changes[#changes + 1] = {old and 'changed' or 'registered', entry}
    end
    if redis.call('SREM', KEYS[2], pid) == 1 then
      returned[#returned + 1] = pid
      changes[#changes + 1] = {'returned', entry}
    end
  elseif old then
    changes[#changes + 1] = {'departed', old}
  end
end
publish(ARGV[2], ARGV[3], ARGV[4], ARGV[5], changes)
return {'OK', returned, redis.call('HLEN', entries)}

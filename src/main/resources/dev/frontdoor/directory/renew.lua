-- Renews the lease of an epoch, or begins an epoch.
-- KEYS: facts, the instance's latest epoch, facts of the epoch before.
-- ARGV: lease in ms, version, draining, ms to add to the instance's clock, epoch to begin or ''.
if ARGV[5] == '' and redis.call('EXISTS', facts) == 0 then return {'GONE'} end
if redis.call('HEXISTS', facts, 'claim') == 1 then return {'CLAIMED'} end
if ARGV[5] ~= '' then
  redis.call('SET', KEYS[2], ARGV[5])
  -- What an eviction has left of the epoch before is removed by whoever cleans up next.
  local before = string.sub(KEYS[3], 1, -2)
  if redis.call('EXISTS', KEYS[3]) == 0
      and redis.call('EXISTS', before .. 'e', before .. 'o') > 0 then
    redis.call('HSET', KEYS[3], 'until', 0, 'renewed', 0, 'seq', 0, 'released', 1)
  end
end
redis.call('HSETNX', facts, 'seq', 0)
redis.call('HSET', facts, 'until', now + ARGV[1], 'renewed', now, 'version', ARGV[2],
    'draining', ARGV[3], 'offset', ARGV[4])
return {'OK', now, tonumber(redis.call('HGET', facts, 'seq')), redis.call('HLEN', entries),
    redis.call('ZCARD', order)}

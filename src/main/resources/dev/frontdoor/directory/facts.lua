-- What is known of an epoch. KEYS: facts.
local f = redis.call('HMGET', facts, 'until', 'renewed', 'version', 'draining', 'offset', 'claim',
    'released', 'changes')
if not f[1] and redis.call('EXISTS', entries, order) == 0 then return {'GONE'} end
return {'OK', now, tonumber(f[1] or 0), tonumber(f[2] or 0), f[3] or '', tonumber(f[4] or 0),
    tonumber(f[5] or 0), (f[6] or f[7]) and 1 or 0, redis.call('HLEN', entries),
    tonumber(f[8] or 0)}

-- Claims an identity for a worker of an instance. Of two claims within a millisecond, the one that is there stays.
-- KEYS: the claim. ARGV: instance, number of the claim, pid; time since which the worker has the
-- identity, or '' if that is now; 'replace' or 'keep', which is what happens to the claim of another
-- instance; maximum of replacements within a window, or '' for any; the window in ms; instance and
-- number of a claim that is taken over in any case.
local claim = redis.call('HMGET', KEYS[1], 'instance', 'number', 'pid', 'since', 'replaced', 'window')
local instance, number, pid = claim[1] or '', claim[2] or '0', claim[3] or '0'
local replaced, window = tonumber(claim[5] or 0), tonumber(claim[6] or 0)
if now - window >= tonumber(ARGV[7]) then replaced, window = 0, now end
local other = claim[1] and instance ~= ARGV[1]
if other and not (instance == ARGV[8] and number == ARGV[9]) then
  if ARGV[5] == 'keep' or (ARGV[4] ~= '' and tonumber(claim[4]) >= tonumber(ARGV[4])) then
    return {'HELD', instance, tonumber(number), tonumber(pid)}
  end
  if ARGV[6] ~= '' and replaced >= tonumber(ARGV[6]) then
    return {'DAMPED', window + ARGV[7] - now}
  end
  replaced = replaced + 1
end
local since = ARGV[4] == '' and now or ARGV[4]
redis.call('HSET', KEYS[1], 'instance', ARGV[1], 'number', ARGV[2], 'pid', ARGV[3],
    'since', since, 'replaced', replaced, 'window', window)
return {'OK', other and instance or '', tonumber(number), tonumber(since)}

-- The latest entries with each of these identities, of 1000 that are looked at.
-- KEYS: facts. ARGV: maximum for one, identities.
local found = {}
if is_live() then
  for i = 2, #ARGV do
    local latest = latest_first(redis.call('SRANDMEMBER', index_key('i', '=' .. ARGV[i]), 1000))
    for j = 1, math.min(#latest, ARGV[1]) do found[#found + 1] = latest[j][3] end
  end
end
return {found}

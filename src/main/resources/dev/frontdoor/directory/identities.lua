-- The latest entries with each of these identities. KEYS: facts. ARGV: maximum for one, identities.
local found = {}
if is_live() then
  for i = 2, #ARGV do
    local key = index_key('i', '=' .. ARGV[i])
    for _, rank in ipairs(redis.call('ZREVRANGEBYLEX', key, '+', '-', 'LIMIT', 0, ARGV[1])) do
      local entry = redis.call('HGET', entries, pid_of(rank))
      if entry then found[#found + 1] = entry end
    end
  end
end
return {found}

-- The next entries with these values, latest registration first.
-- KEYS: facts.
-- ARGV: upper bound of the rank, maximum of entries, maximum of ranks to look at, 'rows' or 'count';
-- then a field and a value for each filter.
if not is_live() then return {'DEAD'} end
local keys = {}
for i = 5, #ARGV, 2 do keys[#keys + 1] = index_key(ARGV[i], ARGV[i + 1]) end
if ARGV[4] == 'count' and #keys <= 1 then
  return {'OK', redis.call('ZCARD', keys[1] or order), {}, ''}
end
local smallest = order
local size = math.huge
for _, key in ipairs(keys) do
  local candidate = redis.call('ZCARD', key)
  if candidate < size then smallest, size = key, candidate end
end
local max, budget = tonumber(ARGV[2]), tonumber(ARGV[3])
local upper, rows, count, bytes = ARGV[1], {}, 0, 0
while budget > 0 do
  local step = math.min(budget, 200)
  local ranks = redis.call('ZREVRANGEBYLEX', smallest, upper, '-', 'LIMIT', 0, step)
  for _, rank in ipairs(ranks) do
    upper = '(' .. rank
    local matches = true
    for _, key in ipairs(keys) do
      if key ~= smallest and not redis.call('ZSCORE', key, rank) then
        matches = false
        break
      end
    end
    if matches then
      count = count + 1
      if ARGV[4] == 'rows' then
        local entry = redis.call('HGET', entries, pid_of(rank))
        if entry and string.sub(entry, 1, RANK) == rank then
          rows[#rows + 1] = entry
          bytes = bytes + #entry
          if #rows >= max or bytes > 1048576 then return {'OK', count, rows, upper} end
        end
      end
    end
  end
  if #ranks < step then return {'OK', count, rows, ''} end
  budget = budget - step
end
return {'OK', count, rows, upper}

-- The next entries with these values, latest registration first.
-- KEYS: facts.
-- ARGV: '+', or '(' and the rank of the entry before; maximum of entries, maximum of entries to look
-- at, 'rows' or 'count'; then a field and a value for each filter.
if not is_live() then return {'DEAD'} end
local upper, max, budget, with_rows = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == 'rows'
local keys, smallest, size = {}, nil, math.huge
for i = 5, #ARGV, 2 do
  local key = index_key(ARGV[i], ARGV[i + 1])
  keys[#keys + 1] = key
  local candidate = redis.call('SCARD', key)
  if candidate < size then smallest, size = key, candidate end
end
if not with_rows and #keys <= 1 then
  return {'OK', smallest and size or redis.call('ZCARD', order), {}, ''}
end

local function matches(pid)
  for _, key in ipairs(keys) do
    if redis.call('SISMEMBER', key, pid) == 0 then return false end
  end
  return true
end

local rows, count, bytes = {}, 0, 0
local function is_full() return #rows >= max or bytes > 1048576 end
local function take(entry)
  count = count + 1
  if with_rows then
    rows[#rows + 1] = entry
    bytes = bytes + #entry
  end
end

-- A small index is read and put in order; otherwise all entries are passed, in their order.
if size <= budget then
  local pids = {}
  for _, pid in ipairs(redis.call('SMEMBERS', smallest)) do
    if matches(pid) then pids[#pids + 1] = pid end
  end
  local time, pid = math.huge, math.huge
  if upper ~= '+' then
    local rank = string.sub(upper, 2)
    time, pid = time_of(rank), tonumber(pid_of(rank))
  end
  for _, next in ipairs(latest_first(pids)) do
    if next[1] < time or (next[1] == time and next[2] < pid) then
      if is_full() then return {'OK', count, rows, upper} end
      take(next[3])
      upper = '(' .. string.sub(next[3], 1, RANK)
    end
  end
  return {'OK', count, rows, ''}
end
while budget > 0 do
  local step = math.min(budget, 200)
  local ranks = redis.call('ZREVRANGEBYLEX', order, upper, '-', 'LIMIT', 0, step)
  for _, rank in ipairs(ranks) do
    upper = '(' .. rank
    local pid = pid_of(rank)
    if matches(pid) then
      local entry = not with_rows or redis.call('HGET', entries, pid)
      if not with_rows or (entry and string.sub(entry, 1, RANK) == rank) then
        take(entry)
        if is_full() then return {'OK', count, rows, upper} end
      end
    end
  end
  if #ranks < step then return {'OK', count, rows, ''} end
  budget = budget - step
end
return {'OK', count, rows, upper}

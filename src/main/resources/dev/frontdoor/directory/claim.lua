-- Takes over an epoch without a live lease, removes the entries that the claimer has dealt with, and
-- returns the next ones.
-- KEYS: facts, pids that were reported lost, the instance's latest epoch.
-- ARGV: claimer, time for it in ms, maximum of entries, channel, schema, instance, epoch, ms for which
-- lost pids are kept; then 'lost', 'moved' or 'removed', and a pid, for each entry to remove.
local lease = redis.call('HMGET', facts, 'until', 'claim', 'claimUntil', 'released')
if not lease[1] and redis.call('EXISTS', entries, order) == 0 then return {'GONE'} end
if not lease[2] and not lease[4] and tonumber(lease[1] or 0) > now then return {'LIVE'} end
if lease[2] and lease[2] ~= ARGV[1] and tonumber(lease[3]) > now then return {'TAKEN'} end
redis.call('HSET', facts, 'claim', ARGV[1], 'claimUntil', now + ARGV[2])

local latest = redis.call('GET', KEYS[3])
local later = latest and tonumber(latest) > tonumber(ARGV[7])
    and string.gsub(prefix, '[^:]*:$', '') .. latest .. ':e'
local function is_back(pid)
  return later and redis.call('HEXISTS', later, pid) == 1
end

local changes, back = {}, {}
for i = 9, #ARGV, 2 do
  local kind, pid = ARGV[i], ARGV[i + 1]
  local entry = remove(pid)
  if entry and kind ~= 'removed' then
    changes[#changes + 1] = {kind, entry}
    if kind == 'lost' then
      if is_back(pid) then
        back[#back + 1] = entry
        changes[#changes + 1] = {'returned', entry}
      end
    else
      redis.call('SREM', KEYS[2], pid)
    end
  end
end
publish(ARGV[4], ARGV[5], ARGV[6], ARGV[7], changes)

-- A pid is recorded as lost before it is reported, so that its return is reported in any case.
local page, present = {}, {}
local function give(pid, entry)
  local back_already = is_back(pid)
  page[#page + 1] = entry
  present[#present + 1] = back_already and 1 or 0
  if not back_already and not lease[4] then
    redis.call('SADD', KEYS[2], pid)
    redis.call('PEXPIRE', KEYS[2], ARGV[8])
  end
end
for _, rank in ipairs(redis.call('ZRANGE', order, 0, ARGV[3] - 1)) do
  local entry = redis.call('HGET', entries, pid_of(rank))
  if entry and string.sub(entry, 1, RANK) == rank then
    give(pid_of(rank), entry)
  else
    redis.call('ZREM', order, rank)
  end
end
if #page == 0 and redis.call('ZCARD', order) == 0 then
  -- An eviction may have left entries without an order.
  local left = redis.call('HSCAN', entries, 0, 'COUNT', ARGV[3])[2]
  for i = 2, #left, 2 do give(left[i - 1], left[i]) end
  if #page == 0 and redis.call('HLEN', entries) == 0 then
    redis.call('DEL', facts, entries, order)
    return {'DONE', back}
  end
end
return {'PAGE', back, lease[4] and 1 or 0, page, present}

-- Functions for the entries of one epoch of one instance. Before them stands `now`, in milliseconds.
-- KEYS[1] is the key of the epoch's facts; the keys of its entries and indexes have the same prefix.
local prefix = string.sub(KEYS[1], 1, -2)
local facts, entries, order = KEYS[1], prefix .. 'e', prefix .. 'o'

-- An entry is its rank, of 17 characters, and its JSON. A rank is the time of the registration, of 9
-- characters, and the pid, both in base 36. Texts are compared by the locale of Redis, so numbers are.
local RANK = 17
local function time_of(rank) return tonumber(string.sub(rank, 1, 9), 36) end
local function pid_of(rank)
  return string.format('%.0f', tonumber(string.sub(rank, 10, RANK), 36))
end

-- An index is the set of the pids with a value. Redis keeps small sets of numbers in few bytes.
local function index_key(field, value)
  return prefix .. 'i:' .. field .. ':' .. string.sub(redis.sha1hex(value), 1, 32)
end

-- The values of a field that some worker has.
local function values_key(field) return prefix .. 'v:' .. field end

-- Calls a function with each indexed field and value of an entry, once for each. A value begins with
-- `=`; it is `-` if the worker has none.
local function each_term(entry, visit)
  local worker = cjson.decode(string.sub(entry, RANK + 1))
  local function one(field, value)
    visit(field, value and ('=' .. value) or '-')
  end
  local function list(field, values)
    local seen = {}
    if not values or #values == 0 then one(field, nil) end
    for _, value in ipairs(values or {}) do
      if not seen[value] then
        seen[value] = true
        one(field, value)
      end
    end
  end
  list('n', worker.n)
  one('q', worker.q)
  one('d', worker.d)
  list('a', worker.a)
  one('i', worker.i)
  for _, name in ipairs(worker.x or {}) do
    one('l.' .. name, worker.l and worker.l[name])
  end
end

local function remove(pid)
  local entry = redis.call('HGET', entries, pid)
  if not entry then return nil end
  local rank = string.sub(entry, 1, RANK)
  each_term(entry, function(field, value)
    local index = index_key(field, value)
    redis.call('SREM', index, pid)
    if redis.call('EXISTS', index) == 0 then redis.call('SREM', values_key(field), value) end
  end)
  redis.call('ZREM', order, rank)
  redis.call('HDEL', entries, pid)
  return entry
end

local function put(entry)
  local rank = string.sub(entry, 1, RANK)
  local pid = pid_of(rank)
  redis.call('HSET', entries, pid, entry)
  redis.call('ZADD', order, 0, rank)
  each_term(entry, function(field, value)
    redis.call('SADD', index_key(field, value), pid)
    redis.call('SADD', values_key(field), value)
  end)
end

-- Time, pid and entry of each of these pids, latest registration first.
local function latest_first(pids)
  local found = {}
  for _, pid in ipairs(pids) do
    local entry = redis.call('HGET', entries, pid)
    if entry then found[#found + 1] = {time_of(entry), tonumber(pid), entry} end
  end
  table.sort(found, function(one, other)
    if one[1] ~= other[1] then return one[1] > other[1] end
    return one[2] > other[2]
  end)
  return found
end

-- Tells whoever listens about changes, numbered within the epoch. A change is its kind and an entry.
local function publish(channel, schema, instance, epoch, changes)
  if #changes == 0 then return end
  local last = redis.call('HINCRBY', facts, 'changes', #changes)
  redis.call('PUBLISH', channel,
      cjson.encode({v = schema, i = instance, e = epoch, s = last - #changes + 1, c = changes}))
end

local function is_live()
  local lease = redis.call('HMGET', facts, 'until', 'claim')
  return lease[1] and not lease[2] and tonumber(lease[1]) > now
end

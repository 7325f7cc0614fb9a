-- Changes bans, and returns all that are in force.
-- KEYS: the bans, by identity; the field '' of which is the number of the last change.
-- ARGV: maximum; then for each change 'ban', 'keep' (bans unless there is a ban) or 'unban', the
-- identity, the time until its end in ms, and what else is known of it.
-- A ban is the time of its end, a space, and what else is known of it.
local bans = {}
local all = redis.call('HGETALL', KEYS[1])
local size, version = 0, 0
for i = 1, #all, 2 do
  if all[i] == '' then
    version = tonumber(all[i + 1])
  elseif tonumber(string.match(all[i + 1], '^%d+')) <= now then
    redis.call('HDEL', KEYS[1], all[i])
  else
    bans[all[i]] = all[i + 1]
    size = size + 1
  end
end
local before, full = version, 0
for i = 2, #ARGV, 4 do
  local kind, identity = ARGV[i], ARGV[i + 1]
  if kind == 'unban' then
    if redis.call('HDEL', KEYS[1], identity) == 1 then size = size - 1 end
    bans[identity] = nil
    version = version + 1
  elseif not bans[identity] and size >= tonumber(ARGV[1]) then
    full = full + 1
  elseif kind == 'ban' or not bans[identity] then
    if not bans[identity] then size = size + 1 end
    bans[identity] = string.format('%.0f', now + ARGV[i + 2]) .. ' ' .. ARGV[i + 3]
    redis.call('HSET', KEYS[1], identity, bans[identity])
    version = version + 1
  end
end
if version ~= before then redis.call('HSET', KEYS[1], '', version) end
local found = {}
for identity, ban in pairs(bans) do
  found[#found + 1] = identity
  found[#found + 1] = ban
end
return {'OK', now, before, version, full, found}

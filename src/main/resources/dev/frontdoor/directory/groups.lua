-- A part of the values of a field, each with its number of workers.
-- KEYS: facts. ARGV: field, cursor of SSCAN.
if not is_live() then return {'0', {}} end
local part = redis.call('SSCAN', values_key(ARGV[1]), ARGV[2], 'COUNT', 1000)
local counts = {}
for _, value in ipairs(part[2]) do
  counts[#counts + 1] = value
  counts[#counts + 1] = tostring(redis.call('SCARD', index_key(ARGV[1], value)))
end
return {part[1], counts}

-- A part of the values of a field, each with its number of workers.
-- KEYS: facts. ARGV: field, cursor of HSCAN.
if not is_live() then return {'0', {}} end
return redis.call('HSCAN', prefix .. 'v:' .. ARGV[1], ARGV[2], 'COUNT', 1000)

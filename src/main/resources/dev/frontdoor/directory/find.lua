-- The entry of a pid. KEYS: facts. ARGV: pid.
return {is_live() and redis.call('HGET', entries, ARGV[1]) or ''}

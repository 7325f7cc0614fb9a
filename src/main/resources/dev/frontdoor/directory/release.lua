-- Ends an epoch: its entries are no longer shown, and are removed without a report.
-- KEYS: facts.
if redis.call('EXISTS', facts) == 1 and redis.call('HEXISTS', facts, 'claim') == 0 then
  redis.call('HSET', facts, 'until', 0, 'released', 1)
end
return {'OK'}

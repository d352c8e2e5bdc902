SELECT charge.unit_id, entity_id('charge', charge.key) AS charge_id, charge.key AS source_key,
  charge._record_hash AS copy, charge.stale AS is_stale, entity_id('matter', matter.key) AS matter_id
FROM charge JOIN matter ON matter.key = charge.matter_key

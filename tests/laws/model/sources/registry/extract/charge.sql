SELECT charge.unit_id, entity_id('charge', charge.key) AS charge_id, charge.key AS source_key,
  charge._record_hash AS copy, charge.stale AS is_stale, entity_id('matter', matter.key) AS matter_id,
  party._record_hash AS party_copy
FROM charge
JOIN matter ON matter.key = charge.matter_key
LEFT JOIN party ON party.key = charge.party_key

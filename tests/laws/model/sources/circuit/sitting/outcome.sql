SELECT outcome.unit_id, entity_id('outcome', outcome.key) AS outcome_id, outcome.key AS source_key,
  outcome._record_hash AS copy, outcome.event_at AS seen_at, outcome.stale AS is_stale, sitting.room
FROM outcome JOIN sitting ON sitting.key = outcome.sitting_key

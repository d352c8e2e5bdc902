SELECT matter.unit_id, entity_id('matter', matter.key) AS matter_id, matter.key AS source_key,
  matter._record_hash AS copy, matter.event_at AS seen_at, matter.stale AS is_stale
FROM matter

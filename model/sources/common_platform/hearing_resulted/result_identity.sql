-- entity: result_identity
-- grain: one row per result
-- why: the text of a result names people, places and sums
SELECT
  r.unit_id,
  'result' AS from_type,
  r.key AS from_key,
  entity_id('result', r.key) AS result_id,
  r.result_text
FROM result AS r
JOIN hearing AS h ON h.key = r.hearing_key
WHERE NOT COALESCE(r.is_deleted, FALSE)

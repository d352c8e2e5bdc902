-- entity: result_identity
-- grain: one row per result of an offence at a hearing
-- why: the text of a result can name people, so it is kept apart from the facts
SELECT
  result.unit_id,
  'result' AS from_type,
  result.key AS from_key,
  entity_id('result', result.key) AS result_id,
  result.result_text
FROM result
JOIN offence ON offence.key = result.offence_key

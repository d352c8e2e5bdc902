-- entity: hearing_case
-- grain: one row per hearing and case that it dealt with
-- why: the case is another unit, so the row waits for the hearing alone
SELECT
  hc.unit_id,
  'hearing_case' AS from_type,
  hc.key AS from_key,
  entity_id('hearing_case', hc.key) AS hearing_case_id,
  entity_id('hearing', hc.hearing_key) AS hearing_id,
  entity_id('court_case', hc.case_id) AS case_id,
  hc.hearing_day AS hearing_on
FROM hearing_case AS hc
JOIN hearing AS h ON h.key = hc.hearing_key

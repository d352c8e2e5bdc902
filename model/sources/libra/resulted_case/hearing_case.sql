-- entity: hearing_case
-- grain: one row per hearing and case
-- why: the case may be told by a record that is still on its way
SELECT
  hearing_case.unit_id,
  'hearing_case' AS from_type,
  hearing_case.key AS from_key,
  entity_id('hearing_case', hearing_case.key) AS hearing_case_id,
  entity_id('hearing', hearing_case.hearing_key) AS hearing_id,
  entity_id('court_case', hearing_case.case_key) AS case_id,
  hearing_case.hearing_on
FROM hearing_case
JOIN hearing ON hearing.key = hearing_case.hearing_key

-- entity: hearing_case
-- grain: one row per list entry of a case
-- why: an entry is for one case; an entry for a case that is not recorded waits
SELECT
  case_hearing_day.unit_id,
  'case_hearing_day' AS from_type,
  case_hearing_day.key AS from_key,
  entity_id('hearing_case', case_hearing_day.key) AS hearing_case_id,
  entity_id('hearing', case_hearing_day.key) AS hearing_id,
  entity_id('court_case', case_hearing_day.case_key) AS case_id,
  case_hearing_day.listed_for AS hearing_on
FROM case_hearing_day
JOIN "case" ON "case".key = case_hearing_day.case_key

-- entity: hearing_case
-- grain: one row per future hearing of a migrated case
-- why: a submission holds one case, so each of its hearings is of that case
SELECT
  hearing.unit_id,
  'hearing' AS from_type,
  hearing.key AS from_key,
  entity_id('hearing_case', hearing.key) AS hearing_case_id,
  entity_id('hearing', hearing.key) AS hearing_id,
  entity_id('court_case', hearing.case_key) AS case_id,
  hearing.hearing_on
FROM hearing
JOIN "case" AS prosecution_case
  ON prosecution_case.key = hearing.case_key

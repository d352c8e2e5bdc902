-- entity: case_source_record
-- grain: one row per prosecution case as this dataset tells it
-- why: what other records of the same case there are is found by linking
SELECT
  c.unit_id,
  'case' AS from_type,
  c.key AS from_key,
  entity_id('case_source_record', 'common_platform/hearing_resulted/' || c.key) AS source_record_id,
  entity_id('court_case', c.key) AS case_id,
  entity_id('court_case', c.key) AS record_case_id,
  c.case_id AS native_case_id,
  TRUE AS is_survivor,
  'only_record' AS reason_code
FROM "case" AS c

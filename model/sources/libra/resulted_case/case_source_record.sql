-- entity: case_source_record
-- grain: one row per case of the interface
-- why: what other records of the same case there are is found by linking
SELECT
  prosecution_case.unit_id,
  'case' AS from_type,
  prosecution_case.key AS from_key,
  entity_id('case_source_record', prosecution_case.key) AS source_record_id,
  entity_id('court_case', prosecution_case.key) AS case_id,
  entity_id('court_case', prosecution_case.key) AS record_case_id,
  prosecution_case.ptiurn AS native_case_id,
  TRUE AS is_survivor,
  'only_record' AS reason_code
FROM "case" AS prosecution_case

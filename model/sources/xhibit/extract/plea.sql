-- entity: plea
-- grain: one row per charge with a plea
-- why: the charge keeps only the latest plea, and no day of it; earlier ones are in history
SELECT
  charge.unit_id,
  'charge' AS from_type,
  charge.key AS from_key,
  entity_id('plea', charge.key) AS plea_id,
  'offence' AS owner_kind_code,
  entity_id('offence', charge.key) AS offence_id,
  entity_id('court_case', charge.case_key) AS case_id,
  plea_code.standard_code AS plea_code,
  charge.plea AS plea_source_code
FROM charge
JOIN case_subject ON case_subject.key = charge.case_subject_key
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = charge.case_key
LEFT JOIN crosswalk.plea AS plea_code
  ON plea_code.list = 'PLEA' AND plea_code.source_code = charge.plea
WHERE charge.plea IS NOT NULL

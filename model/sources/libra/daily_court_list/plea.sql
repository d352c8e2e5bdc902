-- entity: plea
-- grain: one row per offence with a plea
-- why: a list shows the plea taken at an earlier hearing, which it does not name
SELECT
  plea.unit_id,
  'plea' AS from_type,
  plea.key AS from_key,
  entity_id('plea', plea.key) AS plea_id,
  'offence' AS owner_kind_code,
  entity_id('offence', plea.offence_key) AS offence_id,
  entity_id('court_case', plea.case_key) AS case_id,
  plea_code.standard_code AS plea_code,
  plea.code AS plea_source_code,
  plea.plea_on
FROM plea
JOIN offence ON offence.key = plea.offence_key
LEFT JOIN crosswalk.plea AS plea_code
  ON plea_code.list = 'plea' AND plea_code.source_code = plea.code
WHERE plea.code IS NOT NULL

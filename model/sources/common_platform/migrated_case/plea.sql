-- entity: plea
-- grain: one row per offence of a migrated case with a plea
-- why: Xhibit cases bring a reference identifier and Libra cases a short code; an identifier without a standard code stays as it is
SELECT
  plea.unit_id,
  'plea' AS from_type,
  plea.key AS from_key,
  entity_id('plea', plea.key) AS plea_id,
  'offence' AS owner_kind_code,
  entity_id('offence', plea.offence_key) AS offence_id,
  entity_id('court_case', plea.case_key) AS case_id,
  plea_code.standard_code AS plea_code,
  coalesce(plea.plea_code, plea.plea_type_id) AS plea_source_code,
  plea.plea_on
FROM plea
JOIN offence
  ON offence.key = plea.offence_key
LEFT JOIN crosswalk.plea AS plea_code
  ON plea_code.list = CASE WHEN plea.plea_code IS NULL THEN 'plea.id' ELSE 'pleaCode' END
  AND plea_code.source_code = coalesce(plea.plea_code, plea.plea_type_id)

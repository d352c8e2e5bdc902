-- entity: case_identity
-- grain: one row per prosecution case with a reference of the prosecutor's own
-- why: such a reference can hold a name or an account number, so it stays apart from the case
SELECT
  c.unit_id,
  'case' AS from_type,
  c.key AS from_key,
  entity_id('court_case', c.key) AS case_id,
  c.prosecutor_case_reference
FROM "case" AS c
WHERE c.prosecutor_case_reference IS NOT NULL

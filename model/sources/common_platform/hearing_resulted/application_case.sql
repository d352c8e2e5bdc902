-- entity: application_case
-- grain: one row per application and case that it names
-- why: the case need not have been shared, so the row holds its id and URN and waits for the application alone
SELECT
  ac.unit_id,
  'application_case' AS from_type,
  ac.key AS from_key,
  entity_id('application_case', ac.key) AS application_case_id,
  entity_id('application', ac.application_key) AS application_id,
  entity_id('court_case', ac.case_id) AS case_id,
  ac.case_urn
FROM application_case AS ac
JOIN application AS a ON a.key = ac.application_key

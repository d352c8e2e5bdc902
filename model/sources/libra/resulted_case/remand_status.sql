-- entity: remand_status
-- grain: one row per defendant with a bail status
-- why: the latest message tells the status after its hearing; earlier ones are in history
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('remand_status', defendant.key) AS remand_status_id,
  entity_id('defendant', defendant.key) AS defendant_id,
  entity_id('court_case', defendant.case_key) AS case_id,
  remand.standard_code AS remand_code,
  coalesce(defendant.bail_status, defendant.organisation_bail_status) AS remand_source_code,
  defendant.event_at AS remand_at,
  defendant.bail_conditions IS NOT NULL AS bail_conditions_present
FROM defendant
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key
LEFT JOIN crosswalk.remand_status AS remand
  ON remand.list = 'BailStatus' AND remand.source_code = coalesce(defendant.bail_status, defendant.organisation_bail_status)
WHERE coalesce(defendant.bail_status, defendant.organisation_bail_status) IS NOT NULL

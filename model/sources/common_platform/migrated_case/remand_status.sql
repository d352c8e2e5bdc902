-- entity: remand_status
-- grain: one row per defendant of a migrated case with a custody status
-- why: the status at the extract; some files carry it outside the individual, and the inner one wins
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('remand_status', defendant.key) AS remand_status_id,
  entity_id('defendant', defendant.key) AS defendant_id,
  entity_id('court_case', defendant.case_key) AS case_id,
  remand.standard_code AS remand_code,
  coalesce(defendant.custody_status, defendant.outer_custody_status) AS remand_source_code,
  defendant.event_at AS remand_at,
  defendant.custody_time_limit_on,
  defendant.bail_conditions IS NOT NULL AS bail_conditions_present
FROM defendant
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key
LEFT JOIN crosswalk.remand_status AS remand
  ON remand.list = 'custodyStatus' AND remand.source_code = upper(coalesce(defendant.custody_status, defendant.outer_custody_status))
WHERE coalesce(defendant.custody_status, defendant.outer_custody_status) IS NOT NULL

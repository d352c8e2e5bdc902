-- entity: remand_status
-- grain: one row per defendant on a case with a remand status
-- why: the latest status told by a court; earlier ones are in history. The police's own status is shown beside it
SELECT
  d.unit_id,
  'defendant' AS from_type,
  d.key AS from_key,
  entity_id('remand_status', d.key) AS remand_status_id,
  entity_id('defendant', d.key) AS defendant_id,
  entity_id('court_case', d.case_key) AS case_id,
  remand.standard_code AS remand_code,
  d.bail_status AS remand_source_code,
  d.event_at AS remand_at,
  COALESCE(d.custody_time_limit_on, d.bail_custody_time_limit_on) AS custody_time_limit_on,
  police_bail.standard_code AS police_bail_code,
  d.police_bail_status AS police_bail_source_code,
  d.bail_conditions IS NOT NULL AS bail_conditions_present
FROM defendant AS d
JOIN "case" AS c ON c.key = d.case_key
LEFT JOIN crosswalk.remand_status AS remand
  ON remand.list = 'bailStatus.code' AND remand.source_code = d.bail_status
LEFT JOIN crosswalk.remand_status AS police_bail
  ON police_bail.list = 'bailStatus.code' AND police_bail.source_code = d.police_bail_status
WHERE d.bail_status IS NOT NULL

-- entity: remand_status
-- grain: one row per defendant on a case with a remand status
-- why: the extract tells the status as it is now, on the day of the extract; where it tells none, that of the committal
--      stands. Earlier ones are in history, from week to week; that of the committal has the day of sending or committal
SELECT
  case_subject.unit_id,
  'case_subject' AS from_type,
  case_subject.key AS from_key,
  entity_id('remand_status', case_subject.key) AS remand_status_id,
  entity_id('defendant', case_subject.key) AS defendant_id,
  entity_id('court_case', case_subject.case_key) AS case_id,
  remand_code.standard_code AS remand_code,
  coalesce(case_subject.remand_now, case_subject.remand_at_committal) AS remand_source_code,
  case_subject.event_at AS remand_at,
  case_subject.custody_time_limit_on,
  committal_code.standard_code AS committal_remand_code,
  case_subject.remand_at_committal AS committal_remand_source_code,
  coalesce("case".sent_on, "case".committed_on) AS committal_on
FROM case_subject
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = case_subject.case_key
LEFT JOIN crosswalk.remand_status AS remand_code
  ON remand_code.list = CASE WHEN case_subject.remand_now IS NOT NULL THEN 'CURRENT_BC_STATUS' ELSE 'COMM_BC_STATUS' END
  AND remand_code.source_code = coalesce(case_subject.remand_now, case_subject.remand_at_committal)
LEFT JOIN crosswalk.remand_status AS committal_code
  ON committal_code.list = 'COMM_BC_STATUS' AND committal_code.source_code = case_subject.remand_at_committal
WHERE coalesce(case_subject.remand_now, case_subject.remand_at_committal) IS NOT NULL

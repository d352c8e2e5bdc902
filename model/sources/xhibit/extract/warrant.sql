-- entity: warrant
-- grain: one row per bench warrant against a defendant on a case
-- why: the extract knows only execution as the end of a warrant, so the day of execution is also the day of its end
SELECT
  bw_history.unit_id,
  'bw_history' AS from_type,
  bw_history.key AS from_key,
  entity_id('warrant', bw_history.key) AS warrant_id,
  entity_id('defendant', bw_history.case_subject_key) AS defendant_id,
  entity_id('court_case', case_subject.case_key) AS case_id,
  'bench' AS warrant_type_code,
  bw_history.issued_on,
  bw_history.executed_on,
  bw_history.executed_on AS ended_on
FROM bw_history
JOIN case_subject ON case_subject.key = bw_history.case_subject_key
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = case_subject.case_key

-- function: remand_interval
-- grain: one row per defendant and span of time with one remand status, up to the day
-- why: a status stands until another is told or the defendant is concluded
-- rules: remand_result 1, remand_record 1, remand_committal 1
SELECT
  remand_change.defendant_id,
  remand_change.case_id,
  remand_change.remand_code,
  remand_change.observed_on AS begun_on,
  CASE
    WHEN remand_change.changed_on IS NOT NULL THEN remand_change.changed_on
    WHEN defendant_state.concluded_on >= remand_change.observed_on THEN defendant_state.concluded_on
  END AS ended_on,
  remand_change.decided_by
FROM lifecycle.remand_change
JOIN lifecycle.defendant_state
  ON defendant_state.defendant_id = remand_change.defendant_id

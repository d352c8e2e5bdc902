-- function: warrant_interval
-- grain: one row per warrant against a defendant, issued up to the day
-- why: one source keeps warrants with their end, the others only tell of the issue as a result, and the end must be found
-- rules: warrant_recorded 1, warrant_result 1
WITH issued AS (
  SELECT DISTINCT
    offence_result.defendant_id,
    offence_result.case_id,
    offence_result.result_on AS issued_on
  FROM lifecycle.offence_result
  WHERE offence_result.result_code IN (:warrant_codes)
    AND offence_result.concerns IN ('offence', 'defendant')
),
ending AS (
  SELECT attendance.defendant_id, attendance.hearing_on AS ended_on
  FROM onecrown.attendance
  WHERE attendance.attendance_code IN ('in_person', 'by_video', 'present')
  UNION ALL
  SELECT counted_defendant.defendant_id, counted_hearing_day.hearing_on AS ended_on
  FROM lifecycle.counted_hearing_day
  JOIN lifecycle.counted_defendant
    ON counted_defendant.case_id = counted_hearing_day.case_id
  WHERE counted_hearing_day.hearing_type_code = 'execution_of_bench_warrant'
  UNION ALL
  SELECT offence_result.defendant_id, offence_result.result_on AS ended_on
  FROM lifecycle.offence_result
  WHERE offence_result.concerns IN ('offence', 'defendant')
    AND (offence_result.is_final OR offence_result.result_code IN (:warrant_ended_codes))
),
ended AS (
  SELECT
    issued.defendant_id,
    issued.case_id,
    issued.issued_on,
    min(ending.ended_on) AS ended_on
  FROM issued
  LEFT JOIN ending
    ON ending.defendant_id = issued.defendant_id
    AND ending.ended_on > issued.issued_on
    AND ending.ended_on <= :as_at
  GROUP BY issued.defendant_id, issued.case_id, issued.issued_on
)
SELECT
  warrant.defendant_id,
  warrant.case_id,
  warrant.issued_on,
  CASE WHEN warrant.executed_on <= :as_at THEN warrant.executed_on END AS ended_on,
  :rule_warrant_recorded AS decided_by
FROM onecrown.warrant
JOIN lifecycle.counted_defendant
  ON counted_defendant.defendant_id = warrant.defendant_id
WHERE warrant.issued_on <= :as_at
UNION ALL
SELECT
  ended.defendant_id,
  ended.case_id,
  ended.issued_on,
  ended.ended_on,
  :rule_warrant_result AS decided_by
FROM ended

-- function: disposal
-- grain: one row per case that was ever disposed, up to the day
-- why: the first and the current day of disposal are both kept, because a case can be disposed, opened again and disposed anew
-- rules: disposal_current 1, disposal_reopened 2
WITH amended AS (
  SELECT
    offence_result.case_id,
    max(offence_result.amended_on) AS amended_on
  FROM lifecycle.offence_result
  WHERE offence_result.is_final
    AND offence_result.amended_on <= :as_at
  GROUP BY offence_result.case_id
)
SELECT
  case_closed.case_id,
  min(case_closed.concluded_on) AS first_final_on,
  min(CASE WHEN case_closed.reopened_on IS NULL THEN case_closed.concluded_on END) AS current_final_on,
  count(DISTINCT case_closed.reopened_on) AS reopened_count,
  max(case_closed.reopened_on) AS last_reopened_on,
  max(amended.amended_on) AS last_amended_on,
  CASE
    WHEN count(CASE WHEN case_closed.reopened_on IS NULL THEN 1 END) > 0 THEN :rule_disposal_current
    ELSE :rule_disposal_reopened
  END AS decided_by
FROM lifecycle.case_closed
LEFT JOIN amended
  ON amended.case_id = case_closed.case_id
GROUP BY case_closed.case_id

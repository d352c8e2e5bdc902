-- function: offence_conclusion
-- grain: one row per charge and span of time in which it was concluded, up to the day
-- why: a charge can be concluded, opened again and concluded anew. A conclusion on the day of a reopening comes after it. One source
--      tells a reopening as a result, another as a day of the case, and that day opens every charge
-- rules: concluded_final_result 2, concluded_on_file 1, concluded_defendant 1, concluded_acquitted 1, concluded_appeal 1,
--        concluded_sent 1
WITH reopening AS (
  SELECT
    offence_result.offence_id,
    offence_result.result_on AS reopened_on
  FROM lifecycle.offence_result
  WHERE offence_result.result_code IN (:reopened_codes)
  UNION
  SELECT
    counted_offence.offence_id,
    counted_case.reopened_on
  FROM lifecycle.counted_offence
  JOIN lifecycle.counted_case
    ON counted_case.case_id = counted_offence.case_id
  WHERE counted_case.reopened_on <= :as_at
),
span AS (
  SELECT
    closing.offence_id,
    closing.case_id,
    closing.closed_on,
    closing.decided_by,
    min(reopening.reopened_on) AS reopened_on
  FROM lifecycle.closing
  LEFT JOIN reopening
    ON reopening.offence_id = closing.offence_id
    AND reopening.reopened_on > closing.closed_on
  GROUP BY closing.offence_id, closing.case_id, closing.closed_on, closing.decided_by
)
SELECT
  span.offence_id,
  span.case_id,
  min(span.closed_on) AS concluded_on,
  span.reopened_on,
  min_by(span.decided_by, CAST(span.closed_on AS varchar) || span.decided_by) AS decided_by
FROM span
GROUP BY span.offence_id, span.case_id, span.reopened_on

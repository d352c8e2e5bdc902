-- step: defendant_state
-- grain: one row per defendant who counts
-- why: a defendant is concluded when all his charges are, on the day of the last
SELECT
  counted_defendant.defendant_id,
  counted_defendant.case_id,
  count(offence_state.offence_id) AS offence_count,
  count(offence_state.concluded_on) AS concluded_offence_count,
  CASE
    WHEN count(offence_state.offence_id) > 0 AND count(offence_state.offence_id) = count(offence_state.concluded_on)
      THEN max(offence_state.concluded_on)
  END AS concluded_on,
  max(CASE WHEN live.defendant_id IS NOT NULL THEN 1 ELSE 0 END) = 1 AS is_on_warrant
FROM lifecycle.counted_defendant
LEFT JOIN lifecycle.offence_state
  ON offence_state.defendant_id = counted_defendant.defendant_id
LEFT JOIN (
  SELECT DISTINCT warrant_interval.defendant_id
  FROM lifecycle.warrant_interval
  WHERE warrant_interval.ended_on IS NULL
) AS live
  ON live.defendant_id = counted_defendant.defendant_id
GROUP BY counted_defendant.defendant_id, counted_defendant.case_id

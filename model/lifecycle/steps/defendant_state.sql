-- step: defendant_state
-- grain: one row per defendant who counts and day that is asked about
-- why: a defendant is concluded when all his charges are, on the day of the last
WITH charged AS (
  SELECT
    offence_state.defendant_id,
    offence_state.as_at_on,
    count(*) AS offence_count,
    count(offence_state.concluded_on) AS concluded_offence_count,
    max(offence_state.concluded_on) AS last_concluded_on
  FROM lifecycle.offence_state
  GROUP BY offence_state.defendant_id, offence_state.as_at_on
),
live AS (
  SELECT DISTINCT warrant_interval.defendant_id, asked.as_at_on
  FROM lifecycle.warrant_interval
  JOIN lifecycle.asked
    ON asked.case_id = warrant_interval.case_id
    AND asked.as_at_on >= warrant_interval.issued_on
    AND (warrant_interval.ended_on IS NULL OR asked.as_at_on < warrant_interval.ended_on)
)
SELECT
  counted_defendant.defendant_id,
  counted_defendant.case_id,
  asked.as_at_on,
  coalesce(charged.offence_count, 0) AS offence_count,
  coalesce(charged.concluded_offence_count, 0) AS concluded_offence_count,
  CASE WHEN charged.offence_count = charged.concluded_offence_count THEN charged.last_concluded_on END AS concluded_on,
  live.defendant_id IS NOT NULL AS is_on_warrant
FROM lifecycle.counted_defendant
JOIN lifecycle.asked
  ON asked.case_id = counted_defendant.case_id
LEFT JOIN charged
  ON charged.defendant_id = counted_defendant.defendant_id
  AND charged.as_at_on = asked.as_at_on
LEFT JOIN live
  ON live.defendant_id = counted_defendant.defendant_id
  AND live.as_at_on = asked.as_at_on

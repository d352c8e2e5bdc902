-- step: first_hearing
-- grain: one row per case that was ever listed at its tier
-- why: what the magistrates heard before sending is no hearing of the Crown Court's case
SELECT
  counted_case.case_id,
  min(counted_hearing_day.hearing_on) AS first_hearing_on
FROM lifecycle.counted_case
JOIN lifecycle.counted_hearing_day
  ON counted_hearing_day.case_id = counted_case.case_id
  AND coalesce(counted_hearing_day.jurisdiction_code, counted_case.jurisdiction_code, '')
    = coalesce(counted_case.jurisdiction_code, counted_hearing_day.jurisdiction_code, '')
GROUP BY counted_case.case_id

-- step: counted_hearing_day
-- grain: one row per case, hearing and day on which it was listed or held
-- why: days that were cancelled, or taken out of the list, did not come; hearings of every record of the case count
SELECT DISTINCT
  hearing_case.case_id,
  hearing.hearing_id,
  hearing.jurisdiction_code,
  hearing.hearing_type_code,
  hearing_day.hearing_on
FROM onecrown.hearing_case
JOIN onecrown.hearing
  ON hearing.hearing_id = hearing_case.hearing_id
JOIN onecrown.hearing_day
  ON hearing_day.hearing_id = hearing.hearing_id
WHERE coalesce(hearing_day.listing_status_code, 'listed') NOT IN ('cancelled', 'vacated')
  AND hearing_case.case_id IN (SELECT counted_case.case_id FROM lifecycle.counted_case)

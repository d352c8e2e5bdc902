-- entity: hearing_day
-- grain: one row per list entry of a case that has a day
-- why: a listing is not a held hearing. Taken out of the list with a reason is vacated, without one cancelled; an outcome
--      of the trial shows that the day came, so the day was held; all else is only listed
SELECT
  case_hearing_day.unit_id,
  'case_hearing_day' AS from_type,
  case_hearing_day.key AS from_key,
  entity_id('hearing_day', case_hearing_day.key) AS hearing_day_id,
  entity_id('hearing', case_hearing_day.key) AS hearing_id,
  case_hearing_day.listed_for AS hearing_on,
  'listed' AS hearing_day_basis_code,
  court_code.standard_code AS court_code,
  case_hearing_day.court_id AS court_source_code,
  CASE
    WHEN case_hearing_day.trial_outcome IS NOT NULL THEN 'held'
    WHEN case_hearing_day.removed_reason IS NOT NULL THEN 'vacated'
    WHEN case_hearing_day.removed_on IS NOT NULL THEN 'cancelled'
    ELSE 'listed'
  END AS listing_status_code,
  case_hearing_day.list_type AS list_type_source_code,
  CASE WHEN regexp_matches(case_hearing_day.removed_reason, '^[A-Z]$') THEN case_hearing_day.removed_reason END
    AS removed_reason_source_code,
  case_hearing_day.removed_on
FROM case_hearing_day
LEFT JOIN crosswalk.court AS court_code
  ON court_code.list = 'CREST_COURT_ID' AND court_code.source_code = case_hearing_day.court_id
WHERE case_hearing_day.listed_for IS NOT NULL

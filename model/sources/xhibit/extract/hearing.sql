-- entity: hearing
-- grain: one row per list entry of a case and day
-- why: these tables know no hearing that goes over several days, only the days for which a case is listed
SELECT
  case_hearing_day.unit_id,
  'case_hearing_day' AS from_type,
  case_hearing_day.key AS from_key,
  entity_id('hearing', case_hearing_day.key) AS hearing_id,
  case_hearing_day.court_id || '-' || case_hearing_day.chd_id AS source_hearing_id,
  'crown' AS jurisdiction_code,
  court_code.standard_code AS court_code,
  case_hearing_day.court_id AS court_source_code,
  hearing_type_code.standard_code AS hearing_type_code,
  case_hearing_day.hearing_type AS hearing_type_source_code
FROM case_hearing_day
LEFT JOIN crosswalk.court AS court_code
  ON court_code.list = 'CREST_COURT_ID' AND court_code.source_code = case_hearing_day.court_id
LEFT JOIN crosswalk.hearing_type AS hearing_type_code
  ON hearing_type_code.list = 'HEARING_TYPE' AND hearing_type_code.source_code = case_hearing_day.hearing_type

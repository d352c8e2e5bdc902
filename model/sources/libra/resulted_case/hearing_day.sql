-- entity: hearing_day
-- grain: one row per court, date and time whose results were sent
-- why: results are sent of a hearing that was held; its date is stated
SELECT
  hearing.unit_id,
  'hearing' AS from_type,
  hearing.key AS from_key,
  entity_id('hearing_day', hearing.key) AS hearing_day_id,
  entity_id('hearing', hearing.key) AS hearing_id,
  hearing.hearing_on,
  'stated' AS hearing_day_basis_code,
  hearing.listed_start_at,
  court.standard_code AS court_code,
  hearing.court_code AS court_source_code,
  -- The last two characters of the OU code are the room; 00 is the court as a whole.
  CASE
    WHEN regexp_matches(hearing.court_code, '^[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}$') THEN nullif(substr(hearing.court_code, 6, 2), '00')
  END AS court_room_name,
  'held' AS listing_status_code
FROM hearing
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = substr(hearing.court_code, 1, 5)

-- entity: hearing_day
-- grain: one row per future hearing of a migrated case that has a day
-- why: a hearing wanted in some week, or still to be fixed, has no day yet; all are listed and none is held
SELECT
  hearing.unit_id,
  'hearing' AS from_type,
  hearing.key AS from_key,
  entity_id('hearing_day', hearing.key) AS hearing_day_id,
  entity_id('hearing', hearing.key) AS hearing_id,
  hearing.hearing_on,
  'listed' AS hearing_day_basis_code,
  hearing.listed_start_at,
  CAST(hearing.duration_minutes AS INTEGER) AS listed_minutes,
  court.standard_code AS court_code,
  hearing.court AS court_source_code,
  hearing.court_room AS court_room_name,
  'listed' AS listing_status_code
FROM hearing
JOIN "case" AS prosecution_case
  ON prosecution_case.key = hearing.case_key
LEFT JOIN crosswalk.court AS court
  ON court.list = 'oucode' AND court.source_code = substr(hearing.court, 1, 5)
WHERE hearing.hearing_on IS NOT NULL

-- entity: hearing_day
-- grain: one row per session of a court room for which cases are listed
-- why: the day is listed and nothing says that it was held
SELECT
  "session".unit_id,
  'session' AS from_type,
  "session".key AS from_key,
  entity_id('hearing_day', "session".key) AS hearing_day_id,
  entity_id('hearing', "session".key) AS hearing_id,
  "session".list_on AS hearing_on,
  'listed' AS hearing_day_basis_code,
  "session".listed_start_at,
  CASE
    WHEN regexp_matches("session".start_time, '^[0-9]{2}:[0-9]{2}') AND regexp_matches("session".end_time, '^[0-9]{2}:[0-9]{2}')
      AND "session".end_time >= "session".start_time
      THEN
        TRY_CAST(substr("session".end_time, 1, 2) AS INTEGER) * 60 + TRY_CAST(substr("session".end_time, 4, 2) AS INTEGER)
        - TRY_CAST(substr("session".start_time, 1, 2) AS INTEGER) * 60 - TRY_CAST(substr("session".start_time, 4, 2) AS INTEGER)
  END AS listed_minutes,
  court.standard_code AS court_code,
  "session".court_code AS court_source_code,
  coalesce("session".session_room, "session".room) AS court_room_name,
  'listed' AS listing_status_code,
  "list".job_type AS list_type_source_code
FROM "session"
JOIN "list" ON "list".key = "session".list_key
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = "session".court_code

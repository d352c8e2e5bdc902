-- entity: hearing
-- grain: one row per session of a court room for which cases are listed
-- why: Libra's own numbers of hearings repeat; a listing is not a held hearing
SELECT
  "session".unit_id,
  'session' AS from_type,
  "session".key AS from_key,
  entity_id('hearing', "session".key) AS hearing_id,
  'magistrates' AS jurisdiction_code,
  court.standard_code AS court_code,
  "session".court_code AS court_source_code
FROM "session"
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = "session".court_code

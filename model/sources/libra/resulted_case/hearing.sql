-- entity: hearing
-- grain: one row per court, date and time whose results were sent
-- why: the interface has no number for a hearing
SELECT
  hearing.unit_id,
  'hearing' AS from_type,
  hearing.key AS from_key,
  entity_id('hearing', hearing.key) AS hearing_id,
  CASE substr(hearing.court_code, 1, 1)
    WHEN 'B' THEN 'magistrates'
    WHEN 'C' THEN 'crown'
  END AS jurisdiction_code,
  substr(hearing.court_code, 1, 1) AS jurisdiction_source_code,
  court.standard_code AS court_code,
  hearing.court_code AS court_source_code
FROM hearing
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = substr(hearing.court_code, 1, 5)

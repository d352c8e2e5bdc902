-- entity: hearing
-- grain: one row per court, date and time whose results were sent
-- why: the interface has no number for a hearing
SELECT
  hearing.unit_id,
  'hearing' AS from_type,
  hearing.key AS from_key,
  entity_id('hearing', hearing.key) AS hearing_id,
  -- The first letter of a court's OU code tells the tier; a template word that stands in its place tells nothing.
  CASE
    WHEN regexp_matches(hearing.court_code, '^B[0-9]{2}[A-Z]{2}') THEN 'magistrates'
    WHEN regexp_matches(hearing.court_code, '^C[0-9]{2}[A-Z]{2}') THEN 'crown'
  END AS jurisdiction_code,
  CASE WHEN regexp_matches(hearing.court_code, '^[A-Z][0-9]{2}[A-Z]{2}') THEN substr(hearing.court_code, 1, 1) END
    AS jurisdiction_source_code,
  court.standard_code AS court_code,
  hearing.court_code AS court_source_code
FROM hearing
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = substr(hearing.court_code, 1, 5)

-- entity: hearing
-- grain: one row per future hearing of a migrated case
-- why: the latest submission lists the hearings to come; past ones stay in the legacy system and are read from there
SELECT
  hearing.unit_id,
  'hearing' AS from_type,
  hearing.key AS from_key,
  entity_id('hearing', hearing.key) AS hearing_id,
  CASE
    WHEN hearing.court LIKE 'C%' THEN 'crown'
    WHEN hearing.court LIKE 'B%' THEN 'magistrates'
  END AS jurisdiction_code,
  court.standard_code AS court_code,
  hearing.court AS court_source_code,
  hearing_type.standard_code AS hearing_type_code,
  hearing.hearing_type AS hearing_type_source_code,
  CAST(hearing.duration_minutes AS INTEGER) AS estimated_minutes
FROM hearing
JOIN "case" AS prosecution_case
  ON prosecution_case.key = hearing.case_key
LEFT JOIN crosswalk.court AS court
  ON court.list = 'oucode' AND court.source_code = substr(hearing.court, 1, 5)
LEFT JOIN crosswalk.hearing_type AS hearing_type
  ON hearing_type.list = 'hearingType' AND hearing_type.source_code = hearing.hearing_type

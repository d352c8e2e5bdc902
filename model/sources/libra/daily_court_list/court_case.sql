-- entity: court_case
-- grain: one row per Libra case number
-- why: the case number is Libra's own; newer lists carry the police's reference too
SELECT
  prosecution_case.unit_id,
  'case' AS from_type,
  prosecution_case.key AS from_key,
  entity_id('court_case', prosecution_case.key) AS case_id,
  'magistrates' AS jurisdiction_code,
  prosecution_case.caseno AS source_case_id,
  prosecution_case.urn AS case_urn,
  CASE
    WHEN prosecution_case.urn IS NULL THEN 'absent'
    WHEN regexp_matches(prosecution_case.urn, '^(00[NP]P|[0-9]{2}00[0-9]{7}$)') THEN 'placeholder'
    WHEN regexp_matches(prosecution_case.urn, '^[A-Z0-9]{4}[0-9]{7}$') THEN 'valid'
    ELSE 'malformed'
  END AS case_urn_standing_code,
  case_type.standard_code AS case_type_code,
  prosecution_case.case_type AS case_type_source_code,
  court.standard_code AS court_code,
  prosecution_case.court_code AS court_source_code,
  prosecution_case.informant AS prosecuting_authority_code,
  CASE WHEN prosecution_case.marker IS NULL THEN 0 ELSE 1 END AS case_marker_count
FROM "case" AS prosecution_case
LEFT JOIN crosswalk.case_type AS case_type
  ON case_type.list = 'type' AND case_type.source_code = prosecution_case.case_type
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = prosecution_case.court_code

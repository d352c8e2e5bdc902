-- entity: court_case
-- grain: one row per prosecution case
-- why: the case as the latest share shows it; court and jurisdiction are those of the hearing that shared it. The event
--      has no date of receipt, of sending or of committal: those follow from hearings and results
SELECT
  c.unit_id,
  'case' AS from_type,
  c.key AS from_key,
  entity_id('court_case', c.key) AS case_id,
  jurisdiction.standard_code AS jurisdiction_code,
  c.jurisdiction_type AS jurisdiction_source_code,
  c.case_id AS source_case_id,
  c.case_urn,
  CASE
    WHEN c.case_urn IS NULL THEN 'absent'
    WHEN regexp_matches(c.case_urn, '^(TEST|00[NP]P|[0-9]{2}00|[A-Z]+_)') THEN 'placeholder'
    WHEN regexp_matches(c.case_urn, '^[0-9]+$') THEN 'malformed'
    WHEN regexp_matches(c.case_urn, '^[A-Z0-9]{4}[0-9]{7}$') THEN 'valid'
    ELSE 'malformed'
  END AS case_urn_standing_code,
  initiation.standard_code AS initiation_code,
  c.initiation_code AS initiation_source_code,
  court.standard_code AS court_code,
  c.court_code AS court_source_code,
  c.prosecuting_authority_code,
  c.prosecutor_ou_code,
  c.case_status AS case_status_source_code,
  FALSE AS is_cp_placeholder,
  CAST(c.case_marker_count AS INTEGER) AS case_marker_count
FROM "case" AS c
LEFT JOIN crosswalk.jurisdiction AS jurisdiction
  ON jurisdiction.list = 'jurisdictionType' AND jurisdiction.source_code = c.jurisdiction_type
LEFT JOIN crosswalk.initiation AS initiation
  ON initiation.list = 'initiationCode' AND initiation.source_code = c.initiation_code
LEFT JOIN crosswalk.court AS court
  ON court.list = 'oucode' AND court.source_code = substr(c.court_code, 1, 5)

-- entity: court_case
-- grain: one row per unique reference number of the police
-- why: the interface has no case of its own; the court is the one that told results last
SELECT
  prosecution_case.unit_id,
  'case' AS from_type,
  prosecution_case.key AS from_key,
  entity_id('court_case', prosecution_case.key) AS case_id,
  -- The first letter of a court's OU code tells the tier; a template word that stands in its place tells nothing.
  CASE
    WHEN regexp_matches(prosecution_case.court_code, '^B[0-9]{2}[A-Z]{2}') THEN 'magistrates'
    WHEN regexp_matches(prosecution_case.court_code, '^C[0-9]{2}[A-Z]{2}') THEN 'crown'
  END AS jurisdiction_code,
  CASE WHEN regexp_matches(prosecution_case.court_code, '^[A-Z][0-9]{2}[A-Z]{2}') THEN substr(prosecution_case.court_code, 1, 1) END
    AS jurisdiction_source_code,
  prosecution_case.ptiurn AS source_case_id,
  prosecution_case.ptiurn AS case_urn,
  CASE
    WHEN regexp_matches(prosecution_case.ptiurn, '^(00[NP]P|[0-9]{2}00[0-9]{7}$)') THEN 'placeholder'
    WHEN regexp_matches(prosecution_case.ptiurn, '^[A-Z0-9]{4}[0-9]{7}$') THEN 'valid'
    ELSE 'malformed'
  END AS case_urn_standing_code,
  court.standard_code AS court_code,
  prosecution_case.court_code AS court_source_code
FROM "case" AS prosecution_case
LEFT JOIN crosswalk.court AS court
  ON court.list = 'ou_code' AND court.source_code = substr(prosecution_case.court_code, 1, 5)

-- entity: verdict
-- grain: one row per offence with a finding
-- why: a conviction has its own date; any other finding is dated by the hearing that told it
SELECT
  verdict.unit_id,
  'verdict' AS from_type,
  verdict.key AS from_key,
  entity_id('verdict', verdict.key) AS verdict_id,
  'offence' AS owner_kind_code,
  entity_id('offence', verdict.offence_key) AS offence_id,
  entity_id('court_case', verdict.case_key) AS case_id,
  verdict_code.standard_code AS verdict_code,
  verdict.code AS verdict_source_code,
  CASE
    WHEN verdict.code IN ('G', 'A') THEN TRUE
    WHEN verdict.code IN ('N', 'O', 'C') THEN FALSE
  END AS is_conviction,
  FALSE AS is_derived,
  CASE WHEN verdict.code IN ('G', 'A') THEN verdict.conviction_on ELSE verdict.hearing_on END AS verdict_on,
  entity_id('hearing', verdict.hearing_key) AS originating_hearing_id
FROM verdict
JOIN offence ON offence.key = verdict.offence_key
LEFT JOIN crosswalk.verdict AS verdict_code
  ON verdict_code.list = 'Finding' AND verdict_code.source_code = verdict.code
WHERE verdict.code IS NOT NULL

-- entity: verdict
-- grain: one row per offence of a migrated case with a verdict
-- why: Xhibit cases bring a reference identifier and Libra cases a code; an identifier without a standard code stays as it is
SELECT
  verdict.unit_id,
  'verdict' AS from_type,
  verdict.key AS from_key,
  entity_id('verdict', verdict.key) AS verdict_id,
  'offence' AS owner_kind_code,
  entity_id('offence', verdict.offence_key) AS offence_id,
  entity_id('court_case', verdict.case_key) AS case_id,
  verdict_code.standard_code AS verdict_code,
  coalesce(verdict.verdict_code, verdict.verdict_type_id) AS verdict_source_code,
  -- Every conviction of the list begins with guilty or proved; what decides nothing stays empty.
  CASE
    WHEN regexp_matches(verdict_code.standard_code, '^(guilty|proved)(_|$)') THEN TRUE
    WHEN regexp_matches(verdict_code.standard_code, '^not_(guilty|proved)(_|$)') THEN FALSE
  END AS is_conviction,
  FALSE AS is_derived,
  verdict.verdict_on,
  CAST(verdict.juror_count AS INTEGER) AS juror_count,
  CAST(verdict.split_juror_count AS INTEGER) AS dissenting_juror_count,
  verdict.is_unanimous,
  verdict.alternative_offence_code
FROM verdict
JOIN offence
  ON offence.key = verdict.offence_key
LEFT JOIN crosswalk.verdict AS verdict_code
  ON verdict_code.list = CASE WHEN verdict.verdict_code IS NULL THEN 'verdict.id' ELSE 'verdictCode' END
  AND verdict_code.source_code = coalesce(verdict.verdict_code, verdict.verdict_type_id)

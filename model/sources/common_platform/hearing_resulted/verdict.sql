-- entity: verdict
-- grain: one row per offence, application or application offence with a verdict
-- why: the code of the verdict prevails over its category, which real files contradict. The standard codes of convictions
--      begin with guilty or proved, those of acquittals with not_guilty or not_proved; the others decide nothing
SELECT
  v.unit_id,
  'verdict' AS from_type,
  v.key AS from_key,
  entity_id('verdict', v.key) AS verdict_id,
  v.owner_kind AS owner_kind_code,
  entity_id('offence', v.offence_key) AS offence_id,
  NULL AS application_id,
  NULL AS application_offence_id,
  entity_id('court_case', v.case_id) AS case_id,
  COALESCE(by_code.standard_code, by_category.standard_code) AS verdict_code,
  v.verdict_code AS verdict_source_code,
  v.verdict_category_type AS verdict_category_source_code,
  CASE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) LIKE 'guilty%' THEN TRUE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) LIKE 'proved%' THEN TRUE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) LIKE 'not_guilty%' THEN FALSE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) = 'not_proved' THEN FALSE
  END AS is_conviction,
  FALSE AS is_derived,
  v.verdict_on,
  CAST(v.juror_count AS INTEGER) AS juror_count,
  CAST(v.dissenting_juror_count AS INTEGER) AS dissenting_juror_count,
  v.is_unanimous,
  v.alternative_offence_code,
  CASE WHEN v.originating_hearing_id IS NOT NULL THEN entity_id('hearing', v.originating_hearing_id) END
    AS originating_hearing_id
FROM verdict AS v
JOIN offence AS o ON o.key = v.offence_key
LEFT JOIN crosswalk.verdict AS by_code
  ON by_code.list = 'verdictCode' AND by_code.source_code = v.verdict_code
LEFT JOIN crosswalk.verdict AS by_category
  ON by_category.list = 'categoryType' AND by_category.source_code = v.verdict_category_type
WHERE NOT COALESCE(v.is_deleted, FALSE)
UNION ALL
SELECT
  v.unit_id,
  'verdict' AS from_type,
  v.key AS from_key,
  entity_id('verdict', v.key) AS verdict_id,
  v.owner_kind AS owner_kind_code,
  NULL AS offence_id,
  entity_id('application', v.application_key) AS application_id,
  CASE WHEN v.owner_kind = 'application_offence' THEN entity_id('application_offence', v.owner_key) END
    AS application_offence_id,
  CASE WHEN v.case_id IS NOT NULL THEN entity_id('court_case', v.case_id) END AS case_id,
  COALESCE(by_code.standard_code, by_category.standard_code) AS verdict_code,
  v.verdict_code AS verdict_source_code,
  v.verdict_category_type AS verdict_category_source_code,
  CASE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) LIKE 'guilty%' THEN TRUE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) LIKE 'proved%' THEN TRUE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) LIKE 'not_guilty%' THEN FALSE
    WHEN COALESCE(by_code.standard_code, by_category.standard_code) = 'not_proved' THEN FALSE
  END AS is_conviction,
  FALSE AS is_derived,
  v.verdict_on,
  CAST(v.juror_count AS INTEGER) AS juror_count,
  CAST(v.dissenting_juror_count AS INTEGER) AS dissenting_juror_count,
  v.is_unanimous,
  v.alternative_offence_code,
  CASE WHEN v.originating_hearing_id IS NOT NULL THEN entity_id('hearing', v.originating_hearing_id) END
    AS originating_hearing_id
FROM verdict AS v
JOIN application AS a ON a.key = v.application_key
LEFT JOIN crosswalk.verdict AS by_code
  ON by_code.list = 'verdictCode' AND by_code.source_code = v.verdict_code
LEFT JOIN crosswalk.verdict AS by_category
  ON by_category.list = 'categoryType' AND by_category.source_code = v.verdict_category_type
WHERE NOT COALESCE(v.is_deleted, FALSE)

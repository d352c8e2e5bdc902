-- entity: result
-- grain: one row per result of an offence at a hearing
-- why: the newest message about the defendant's hearing says which results stand
SELECT
  result.unit_id,
  'result' AS from_type,
  result.key AS from_key,
  entity_id('result', result.key) AS result_id,
  'offence' AS owner_kind_code,
  entity_id('offence', result.offence_key) AS offence_id,
  entity_id('defendant', offence.defendant_key) AS defendant_id,
  entity_id('hearing', result.hearing_key) AS hearing_id,
  entity_id('court_case', result.case_key) AS case_id,
  result_code.standard_code AS result_code,
  result.result_code AS result_source_code,
  result_category.standard_code AS result_category_code,
  result.result_code AS result_category_source_code,
  result.hearing_on AS result_on,
  CASE WHEN result_category.standard_code IS NOT NULL THEN result_category.standard_code = 'final' END AS is_final,
  coalesce(result.next_hearing_on IS NOT NULL OR result.next_court_code IS NOT NULL, FALSE) AS is_adjournment,
  CASE WHEN result.amount_pounds < 10000000000 THEN CAST(result.amount_pounds AS DECIMAL(12, 2)) END AS amount_pounds,
  CAST(result.duration_value AS INTEGER) AS duration_value,
  duration_unit.standard_code AS duration_unit_code,
  result.duration_unit AS duration_unit_source_code,
  CAST(result.secondary_duration_value AS INTEGER) AS secondary_duration_value,
  secondary_duration_unit.standard_code AS secondary_duration_unit_code,
  result.secondary_duration_unit AS secondary_duration_unit_source_code,
  CAST(result.result_place AS INTEGER) AS sequence,
  result.qualifiers AS qualifier_codes,
  post_hearing_custody.standard_code AS post_hearing_custody_code,
  result.offence_bail_status AS post_hearing_custody_source_code
FROM result
JOIN offence ON offence.key = result.offence_key
LEFT JOIN crosswalk.result AS result_code
  ON result_code.list = 'ResultCode' AND result_code.source_code = trim(result.result_code)
LEFT JOIN crosswalk.result_category AS result_category
  ON result_category.list = 'ResultCode' AND result_category.source_code = trim(result.result_code)
LEFT JOIN crosswalk.duration_unit AS duration_unit
  ON duration_unit.list = 'DurationUnit' AND duration_unit.source_code = result.duration_unit
LEFT JOIN crosswalk.duration_unit AS secondary_duration_unit
  ON secondary_duration_unit.list = 'DurationUnit' AND secondary_duration_unit.source_code = result.secondary_duration_unit
LEFT JOIN crosswalk.remand_status AS post_hearing_custody
  ON post_hearing_custody.list = 'BailStatusOffence' AND post_hearing_custody.source_code = result.offence_bail_status

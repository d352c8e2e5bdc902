-- entity: result
-- grain: one row per result and owner at a hearing
-- why: results live and die with the share of their hearing day, so they wait for their hearing alone. A parent result is
--      looked for in the same hearing day, because it may have another owner than its child
WITH result_by_source_id AS (
  SELECT
    hearing_key,
    hearing_day,
    result_id,
    MIN(key) AS key
  FROM result
  GROUP BY hearing_key, hearing_day, result_id
)
SELECT
  r.unit_id,
  'result' AS from_type,
  r.key AS from_key,
  entity_id('result', r.key) AS result_id,
  r.owner_kind AS owner_kind_code,
  CASE WHEN r.owner_kind = 'offence' THEN entity_id('offence', r.owner_key) END AS offence_id,
  CASE WHEN r.defendant_key IS NOT NULL THEN entity_id('defendant', r.defendant_key) END AS defendant_id,
  entity_id('hearing', r.hearing_key) AS hearing_id,
  CASE WHEN r.application_id IS NOT NULL THEN entity_id('application', r.application_id) END AS application_id,
  CASE WHEN r.owner_kind = 'application_offence' THEN entity_id('application_offence', r.owner_key) END
    AS application_offence_id,
  CASE WHEN r.case_id IS NOT NULL THEN entity_id('court_case', r.case_id) END AS case_id,
  result_code.standard_code AS result_code,
  r.cjs_code AS result_source_code,
  r.result_type_id AS result_type_source_id,
  r.label AS result_label,
  category.standard_code AS result_category_code,
  r.category AS result_category_source_code,
  r.ordered_on AS result_on,
  CASE WHEN r.ordered_hearing_id IS NOT NULL THEN entity_id('hearing', r.ordered_hearing_id) END AS ordered_hearing_id,
  r.category = 'FINAL' OR COALESCE(r.terminates_proceedings, FALSE) AS is_final,
  r.is_adjournment,
  r.is_conviction,
  r.is_financial,
  CAST(r.duration_value AS INTEGER) AS duration_value,
  duration_unit.standard_code AS duration_unit_code,
  r.duration_unit AS duration_unit_source_code,
  CAST(r.secondary_duration_value AS INTEGER) AS secondary_duration_value,
  secondary_duration_unit.standard_code AS secondary_duration_unit_code,
  r.secondary_duration_unit AS secondary_duration_unit_source_code,
  r.amended_on,
  r.amendment_reason AS amendment_reason_source,
  CASE WHEN parent.key IS NOT NULL THEN entity_id('result', parent.key) END AS parent_result_id,
  CAST(r.rank AS INTEGER) AS sequence,
  rtrim(replace(r.qualifier, ' ', ''), ',') AS qualifier_codes,
  custody.standard_code AS post_hearing_custody_code,
  r.post_hearing_custody_status AS post_hearing_custody_source_code
FROM result AS r
JOIN hearing AS h ON h.key = r.hearing_key
LEFT JOIN result_by_source_id AS parent
  ON parent.hearing_key = r.hearing_key AND parent.hearing_day = r.hearing_day AND parent.result_id = r.parent_result_id
LEFT JOIN crosswalk.result AS result_code
  ON result_code.list = 'cjsCode' AND result_code.source_code = r.cjs_code
LEFT JOIN crosswalk.result_category AS category
  ON category.list = 'category' AND category.source_code = r.category
LEFT JOIN crosswalk.duration_unit AS duration_unit
  ON duration_unit.list = 'primaryDurationUnit' AND duration_unit.source_code = r.duration_unit
LEFT JOIN crosswalk.duration_unit AS secondary_duration_unit
  ON secondary_duration_unit.list = 'primaryDurationUnit'
  AND secondary_duration_unit.source_code = r.secondary_duration_unit
LEFT JOIN crosswalk.remand_status AS custody
  ON custody.list = 'postHearingCustodyStatus' AND custody.source_code = r.post_hearing_custody_status
WHERE NOT COALESCE(r.is_deleted, FALSE)

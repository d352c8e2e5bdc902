-- entity: result
-- grain: one row per disposal
-- why: a disposal with a charge belongs to the offence, one without to the defendant as a whole; one that names a charge
--      waits for it
SELECT
  disposal.unit_id,
  'disposal' AS from_type,
  disposal.key AS from_key,
  entity_id('result', disposal.key) AS result_id,
  CASE WHEN disposal.chg_id IS NULL THEN 'defendant' ELSE 'offence' END AS owner_kind_code,
  CASE WHEN disposal.chg_id IS NOT NULL THEN entity_id('offence', disposal.charge_key) END AS offence_id,
  CASE WHEN disposal.chg_id IS NULL THEN entity_id('defendant', disposal.case_subject_key) END AS defendant_id,
  entity_id('court_case', disposal.case_key) AS case_id,
  result_code.standard_code AS result_code,
  disposal.disposal_code AS result_source_code,
  disposal.disposal_code || coalesce('/' || disposal.template_version, '') AS result_type_source_id,
  disposal.outcome_on AS result_on,
  CASE
    WHEN disposal.defendant_convicted = 'Y' OR disposal.conviction_recorded = 'Y' THEN TRUE
    WHEN disposal.defendant_convicted = 'N' THEN FALSE
  END AS is_conviction,
  CASE
    WHEN coalesce(
      disposal.fine_pounds, disposal.costs_pounds, disposal.compensation_pounds,
      disposal.confiscation_pounds, disposal.other_pounds
    ) IS NOT NULL
      THEN CAST(
        coalesce(disposal.fine_pounds, 0) + coalesce(disposal.costs_pounds, 0)
        + coalesce(disposal.compensation_pounds, 0) + coalesce(disposal.confiscation_pounds, 0)
        + coalesce(disposal.other_pounds, 0) AS DECIMAL(12, 2)
      )
  END AS amount_pounds,
  CASE
    WHEN disposal.units_1 IS NOT NULL AND disposal.amount_1 = floor(disposal.amount_1)
      THEN CAST(disposal.amount_1 AS INTEGER)
  END AS duration_value,
  unit_code.standard_code AS duration_unit_code,
  disposal.units_1 AS duration_unit_source_code,
  CASE
    WHEN disposal.units_2 IS NOT NULL AND disposal.amount_2 = floor(disposal.amount_2)
      THEN CAST(disposal.amount_2 AS INTEGER)
  END AS secondary_duration_value,
  secondary_unit_code.standard_code AS secondary_duration_unit_code,
  disposal.units_2 AS secondary_duration_unit_source_code
FROM disposal
JOIN case_subject ON case_subject.key = disposal.case_subject_key
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = disposal.case_key
LEFT JOIN charge ON charge.key = disposal.charge_key
LEFT JOIN crosswalk.result AS result_code
  ON result_code.list = 'DISPOSAL_CODE' AND result_code.source_code = disposal.disposal_code
LEFT JOIN crosswalk.duration_unit AS unit_code
  ON unit_code.list = 'UNITS1'
  AND unit_code.source_code = CASE
    WHEN length(disposal.units_1) = 1 THEN upper(disposal.units_1)
    ELSE lower(disposal.units_1)
  END
LEFT JOIN crosswalk.duration_unit AS secondary_unit_code
  ON secondary_unit_code.list = 'UNITS1'
  AND secondary_unit_code.source_code = CASE
    WHEN length(disposal.units_2) = 1 THEN upper(disposal.units_2)
    ELSE lower(disposal.units_2)
  END
WHERE disposal.chg_id IS NULL OR charge.key IS NOT NULL

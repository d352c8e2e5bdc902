-- entity: offence
-- grain: one row per charge on a defendant
-- why: the day of conviction comes from the charge's disposals, the first day on which a marker says so; in a case that
--      came after conviction (sentence, appeal) it is the day of conviction in the court below
WITH outcome AS (
  SELECT
    disposal.charge_key,
    min(CASE WHEN disposal.defendant_convicted = 'Y' OR disposal.conviction_recorded = 'Y' THEN disposal.outcome_on END)
      AS convicted_on
  FROM disposal
  WHERE disposal.charge_key IS NOT NULL
  GROUP BY disposal.charge_key
)
SELECT
  charge.unit_id,
  'charge' AS from_type,
  charge.key AS from_key,
  entity_id('offence', charge.key) AS offence_id,
  entity_id('defendant', charge.case_subject_key) AS defendant_id,
  entity_id('court_case', charge.case_key) AS case_id,
  charge.offence_code,
  CAST(charge.sequence_number AS INTEGER) AS offence_sequence,
  CAST(charge.count_number AS INTEGER) AS count_number,
  charge_type_code.standard_code AS charge_type_code,
  charge.charge_type AS charge_type_source_code,
  charge.offence_start_on,
  charge.offence_end_on,
  charge.charged_on,
  charge.arrested_on,
  mode_code.standard_code AS mode_of_trial_code,
  CASE WHEN "case".case_type = 'T' THEN "case".either_way_type END AS mode_of_trial_source_code,
  charge.ho_class AS ho_offence_class,
  charge.ho_subclass AS ho_offence_subclass,
  group_code.standard_code AS offence_group_code,
  charge.ho_class AS offence_group_source_code,
  CASE WHEN "case".case_type IN ('A', 'S') THEN "case".magistrates_convicted_on ELSE outcome.convicted_on END AS convicted_on
FROM charge
JOIN case_subject ON case_subject.key = charge.case_subject_key
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = charge.case_key
LEFT JOIN outcome ON outcome.charge_key = charge.key
LEFT JOIN crosswalk.charge_type AS charge_type_code
  ON charge_type_code.list = 'CHARGE_TYPE' AND charge_type_code.source_code = charge.charge_type
LEFT JOIN crosswalk.mode_of_trial AS mode_code
  ON mode_code.list = 'EITHER_WAY_TYPE'
  AND mode_code.source_code = "case".either_way_type
  AND "case".case_type = 'T'
LEFT JOIN crosswalk.offence_group AS group_code
  ON group_code.list = 'HO_CLASS' AND group_code.source_code = charge.ho_class

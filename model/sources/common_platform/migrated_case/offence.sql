-- entity: offence
-- grain: one row per offence charged to one defendant of a migrated case
-- why: the latest submission of the charge stands; the mode of trial is that of its allocation decision where it has one
SELECT
  offence.unit_id,
  'offence' AS from_type,
  offence.key AS from_key,
  entity_id('offence', offence.key) AS offence_id,
  entity_id('defendant', offence.defendant_key) AS defendant_id,
  entity_id('court_case', offence.case_key) AS case_id,
  offence.offence_code,
  CAST(offence.offence_sequence AS INTEGER) AS offence_sequence,
  CAST(offence.count_number AS INTEGER) AS count_number,
  offence.offence_start_on,
  offence.offence_end_on,
  offence_date_type.standard_code AS offence_date_type_code,
  offence.offence_date_code AS offence_date_type_source_code,
  offence.charged_on,
  offence.arrested_on,
  mode_of_trial.standard_code AS mode_of_trial_code,
  coalesce(allocation.mot_reason_code, allocation.mot_reason_id, offence.mot_reason_id) AS mode_of_trial_source_code,
  offence_group.standard_code AS offence_group_code
FROM offence
JOIN defendant
  ON defendant.key = offence.defendant_key
JOIN "case" AS prosecution_case
  ON prosecution_case.key = offence.case_key
LEFT JOIN allocation
  ON allocation.offence_key = offence.key
LEFT JOIN crosswalk.offence_date_type AS offence_date_type
  ON offence_date_type.list = 'offenceDateCode' AND offence_date_type.source_code = offence.offence_date_code
LEFT JOIN crosswalk.mode_of_trial AS mode_of_trial
  ON mode_of_trial.list = CASE WHEN allocation.mot_reason_code IS NULL THEN 'motReasonId' ELSE 'motReasonCode' END
  AND mode_of_trial.source_code = coalesce(allocation.mot_reason_code, allocation.mot_reason_id, offence.mot_reason_id)
LEFT JOIN crosswalk.offence_group AS offence_group
  ON offence_group.list = 'offenceCode' AND offence_group.source_code = offence.offence_code

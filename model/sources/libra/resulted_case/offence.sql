-- entity: offence
-- grain: one row per offence charged to one defendant on one case
-- why: the latest message with the offence stands; a message that leaves it out says nothing about it
SELECT
  offence.unit_id,
  'offence' AS from_type,
  offence.key AS from_key,
  entity_id('offence', offence.key) AS offence_id,
  entity_id('defendant', offence.defendant_key) AS defendant_id,
  entity_id('court_case', offence.case_key) AS case_id,
  offence.offence_code,
  TRY_CAST(offence.sequence_number AS INTEGER) AS offence_sequence,
  offence.offence_start_on,
  offence.offence_end_on,
  offence_date_type.standard_code AS offence_date_type_code,
  offence.offence_date_code AS offence_date_type_source_code,
  offence.charged_on,
  offence.arrested_on,
  mode_of_trial.standard_code AS mode_of_trial_code,
  offence.mode_of_trial AS mode_of_trial_source_code,
  offence.conviction_on AS convicted_on,
  -- The interface dates convictions only; an acquittal is dated by the hearing that told it.
  CASE WHEN offence.finding = 'N' THEN TRY_CAST(offence.heard_on AS DATE) END AS acquitted_on,
  CASE offence.final_disposal WHEN 'Y' THEN TRUE WHEN 'N' THEN FALSE END AS proceedings_concluded,
  -- 000: the police did not send the offence, so it was added in court or by another prosecutor.
  TRY_CAST(offence.sequence_number AS INTEGER) = 0 AS is_added_in_court
FROM offence
JOIN defendant ON defendant.key = offence.defendant_key
LEFT JOIN crosswalk.offence_date_type AS offence_date_type
  ON offence_date_type.list = 'OffenceDateCode' AND offence_date_type.source_code = trim(offence.offence_date_code)
LEFT JOIN crosswalk.mode_of_trial AS mode_of_trial
  ON mode_of_trial.list = 'ModeOfTrial' AND mode_of_trial.source_code = trim(offence.mode_of_trial)

-- step: counted_offence
-- grain: one row per charge on a defendant that counts
-- why: every question about charges asks the same charges
SELECT
  offence.offence_id,
  offence.defendant_id,
  offence.case_id,
  offence.offence_code,
  offence.offence_sequence,
  offence.count_number,
  offence.charge_type_code,
  offence.mode_of_trial_code,
  offence.offence_group_code,
  offence.charged_on,
  offence.convicted_on,
  offence.acquitted_on
FROM onecrown.offence
JOIN lifecycle.counted_defendant
  ON counted_defendant.defendant_id = offence.defendant_id

-- step: counted_offence
-- grain: one row per charge on a defendant that counts
-- why: every question about charges asks the same charges. Those that a suppressed record alone tells are the same charges again,
--      under another code or number
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
LEFT JOIN lifecycle.counted_record AS suppressed
  ON suppressed.case_id = offence.case_id
  AND suppressed.source_dataset = offence.source_dataset
  AND suppressed.unit_id = offence.unit_id
  AND NOT suppressed.is_survivor
WHERE suppressed.case_id IS NULL

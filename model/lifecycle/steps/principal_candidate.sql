-- step: principal_candidate
-- grain: one row per charge that counts and that no other charge replaced
-- why: both principal offences choose among the same charges. The largest maximum sentence is in no source, so seriousness is mode
--      of trial and then offence group
SELECT
  counted_offence.offence_id,
  counted_offence.defendant_id,
  counted_offence.case_id,
  counted_offence.offence_code,
  counted_offence.offence_group_code,
  counted_offence.charged_on,
  coalesce(counted_offence.charge_type_code IN (:not_candidates), false) AS is_no_candidate,
  CASE
    WHEN counted_offence.mode_of_trial_code IN ('indictable_only', 'indictable_by_previous_record')
      OR allocation.mode_of_trial_reason_code IN ('indictable_only', 'indictable_by_previous_record') THEN 1
    WHEN coalesce(counted_offence.mode_of_trial_code, allocation.mode_of_trial_reason_code)
      IN ('either_way', 'jury_trial_by_election', 'summary_trial_by_consent') THEN 2
    WHEN coalesce(counted_offence.mode_of_trial_code, allocation.mode_of_trial_reason_code)
      IN ('summary_only', 'summary_by_value') THEN 4
    ELSE 3
  END AS mode_rank,
  coalesce(counted_offence.offence_group_code, '13') AS group_rank,
  coalesce(counted_offence.count_number, counted_offence.offence_sequence, 9999) AS place_rank
FROM lifecycle.counted_offence
LEFT JOIN onecrown.allocation
  ON allocation.offence_id = counted_offence.offence_id
WHERE counted_offence.offence_id NOT IN (
  SELECT offence_result.offence_id
  FROM lifecycle.offence_result
  WHERE offence_result.concerns = 'offence'
    AND offence_result.result_code IN (:replaced_codes)
)

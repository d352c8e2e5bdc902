-- entity: allocation
-- grain: one row per offence of a migrated case with an allocation decision
-- why: the reason's code maps, else its reference identifier; one without a standard code stays as it is
SELECT
  allocation.unit_id,
  'allocation' AS from_type,
  allocation.key AS from_key,
  entity_id('allocation', allocation.key) AS allocation_id,
  entity_id('offence', allocation.offence_key) AS offence_id,
  entity_id('court_case', allocation.case_key) AS case_id,
  mode_of_trial.standard_code AS mode_of_trial_reason_code,
  coalesce(allocation.mot_reason_code, allocation.mot_reason_id) AS mode_of_trial_reason_source_code,
  allocation.decided_on
FROM allocation
JOIN offence
  ON offence.key = allocation.offence_key
LEFT JOIN crosswalk.mode_of_trial AS mode_of_trial
  ON mode_of_trial.list = CASE WHEN allocation.mot_reason_code IS NULL THEN 'motReasonId' ELSE 'motReasonCode' END
  AND mode_of_trial.source_code = coalesce(allocation.mot_reason_code, allocation.mot_reason_id)

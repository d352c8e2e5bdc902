-- entity: allocation
-- grain: one row per offence with a reason for its mode of trial
-- why: the interface does not say on which day it was decided
SELECT
  allocation.unit_id,
  'allocation' AS from_type,
  allocation.key AS from_key,
  entity_id('allocation', allocation.key) AS allocation_id,
  entity_id('offence', allocation.offence_key) AS offence_id,
  entity_id('court_case', allocation.case_key) AS case_id,
  mode_of_trial.standard_code AS mode_of_trial_reason_code,
  allocation.code AS mode_of_trial_reason_source_code,
  entity_id('hearing', allocation.hearing_key) AS originating_hearing_id
FROM allocation
JOIN offence ON offence.key = allocation.offence_key
LEFT JOIN crosswalk.mode_of_trial AS mode_of_trial
  ON mode_of_trial.list = 'ModeOfTrial' AND mode_of_trial.source_code = trim(allocation.code)
WHERE allocation.code IS NOT NULL

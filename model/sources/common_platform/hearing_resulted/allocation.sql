-- entity: allocation
-- grain: one row per offence with an allocation decision
-- why: the latest decision by time of sharing; the code of its reason is used and never the text of the mode of trial
SELECT
  m.unit_id,
  'allocation' AS from_type,
  m.key AS from_key,
  entity_id('allocation', m.key) AS allocation_id,
  entity_id('offence', m.offence_key) AS offence_id,
  entity_id('court_case', m.case_key) AS case_id,
  reason.standard_code AS mode_of_trial_reason_code,
  m.mode_of_trial_reason_code AS mode_of_trial_reason_source_code,
  m.decided_on,
  CASE WHEN m.originating_hearing_id IS NOT NULL THEN entity_id('hearing', m.originating_hearing_id) END
    AS originating_hearing_id
FROM allocation AS m
JOIN offence AS o ON o.key = m.offence_key
LEFT JOIN crosswalk.mode_of_trial AS reason
  ON reason.list = 'motReasonCode' AND reason.source_code = m.mode_of_trial_reason_code

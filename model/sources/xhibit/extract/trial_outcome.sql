-- entity: trial_outcome
-- grain: one row per list entry of a trial that has an outcome or was taken out of the list
-- why: EFFECTIVE_IND tells effective, cracked and ineffective by its code alone; a trial taken out of the list is vacated,
--      with a letter of another list (REASON_REMOVED). The outcome of the day goes before a removal. Only hearings of a
--      trial can be vacated trials; the list of their types is Xhibit's. A removal in free text has no reason code
WITH listed_trial AS (
  SELECT
    case_hearing_day.key,
    CASE WHEN case_hearing_day.trial_outcome IS NOT NULL THEN 'EFFECTIVE_IND' ELSE 'REASON_REMOVED' END AS list,
    CASE
      WHEN case_hearing_day.trial_outcome IS NOT NULL THEN case_hearing_day.trial_outcome
      WHEN regexp_matches(case_hearing_day.removed_reason, '^[A-Z]$') THEN case_hearing_day.removed_reason
    END AS code
  FROM case_hearing_day
  WHERE
    case_hearing_day.trial_outcome IS NOT NULL
    OR (
      coalesce(case_hearing_day.removed_reason, CAST(case_hearing_day.removed_on AS VARCHAR)) IS NOT NULL
      AND case_hearing_day.hearing_type
        IN ('TBK', 'TFL', 'TFW', 'TIS', 'TNW', 'TPR', 'TPW', 'TRE', 'TRL', 'TRN', 'TWC')
    )
)
SELECT
  case_hearing_day.unit_id,
  'case_hearing_day' AS from_type,
  case_hearing_day.key AS from_key,
  entity_id('trial_outcome', case_hearing_day.key) AS trial_outcome_id,
  entity_id('hearing', case_hearing_day.key) AS hearing_id,
  case_hearing_day.listed_for AS trial_on,
  CASE
    WHEN listed_trial.list = 'REASON_REMOVED' THEN coalesce(outcome_code.standard_code, 'vacated')
    ELSE outcome_code.standard_code
  END AS outcome_code,
  listed_trial.code AS outcome_source_code,
  CASE WHEN listed_trial.code <> 'E1' THEN reason_code.standard_code END AS reason_code,
  CASE WHEN listed_trial.code <> 'E1' THEN listed_trial.code END AS reason_source_code,
  party_code.standard_code AS party_code,
  entity_id('court_case', case_hearing_day.case_key) AS case_id
FROM case_hearing_day
JOIN listed_trial ON listed_trial.key = case_hearing_day.key
LEFT JOIN crosswalk.trial_outcome AS outcome_code
  ON outcome_code.list = listed_trial.list AND outcome_code.source_code = listed_trial.code
LEFT JOIN crosswalk.trial_outcome_reason AS reason_code
  ON reason_code.list = listed_trial.list AND reason_code.source_code = listed_trial.code
LEFT JOIN crosswalk.responsible_party AS party_code
  ON party_code.list = listed_trial.list AND party_code.source_code = listed_trial.code

-- entity: trial_outcome
-- grain: one row per hearing day with an outcome of its trial
-- why: a cracked, ineffective or vacated trial has a record with a reason; an effective one is only a mark on the hearing,
--      and is told by the latest share. Letters repeat, so the reason is looked up with its type and, first, its tier
SELECT
  x.unit_id,
  'trial_outcome' AS from_type,
  x.key AS from_key,
  entity_id('trial_outcome', x.key) AS trial_outcome_id,
  entity_id('hearing', x.hearing_key) AS hearing_id,
  COALESCE(x.trial_on, x.hearing_day) AS trial_on,
  outcome.standard_code AS outcome_code,
  x.trial_type AS outcome_source_code,
  COALESCE(reason_of_tier.standard_code, reason.standard_code) AS reason_code,
  x.trial_type || '|' || x.reason_code || '|' || x.jurisdiction_type AS reason_source_code,
  COALESCE(party_of_tier.standard_code, party.standard_code) AS party_code
FROM trial_outcome AS x
JOIN hearing AS h ON h.key = x.hearing_key
LEFT JOIN crosswalk.trial_outcome AS outcome
  ON outcome.list = 'crackedIneffectiveTrial.type' AND outcome.source_code = x.trial_type
LEFT JOIN crosswalk.trial_outcome_reason AS reason_of_tier
  ON reason_of_tier.list = 'crackedIneffectiveTrial'
  AND lower(reason_of_tier.source_code) = lower(x.trial_type || '|' || x.reason_code || '|' || x.jurisdiction_type)
LEFT JOIN crosswalk.trial_outcome_reason AS reason
  ON reason.list = 'crackedIneffectiveTrial'
  AND lower(reason.source_code) = lower(x.trial_type || '|' || x.reason_code)
LEFT JOIN crosswalk.responsible_party AS party_of_tier
  ON party_of_tier.list = 'crackedIneffectiveTrial'
  AND lower(party_of_tier.source_code) = lower(x.trial_type || '|' || x.reason_code || '|' || x.jurisdiction_type)
LEFT JOIN crosswalk.responsible_party AS party
  ON party.list = 'crackedIneffectiveTrial'
  AND lower(party.source_code) = lower(x.trial_type || '|' || x.reason_code)
UNION ALL
SELECT
  h.unit_id,
  'hearing' AS from_type,
  h.key AS from_key,
  entity_id('trial_outcome', h.key) AS trial_outcome_id,
  entity_id('hearing', h.key) AS hearing_id,
  h.hearing_day AS trial_on,
  'effective' AS outcome_code,
  'isEffectiveTrial' AS outcome_source_code,
  NULL AS reason_code,
  NULL AS reason_source_code,
  NULL AS party_code
FROM hearing AS h
WHERE h.is_effective_trial

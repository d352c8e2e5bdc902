-- entity: trial_outcome
-- grain: one row per hearing and day on which its trial did not go ahead, and one per hearing whose trial did
-- why: a cracked, ineffective or vacated trial has a record with a reason, which every later share of the hearing repeats: the day
--      counts once, as it was told last. The record has the day on which it was marked; a vacated trial was listed for a later one.
--      An effective trial is only a mark on the hearing, told by the latest share, and went ahead on the first of its days, however
--      many were shared since. Letters repeat, so the reason is looked up with its type and, first, its tier
WITH told AS (
  SELECT
    x.key,
    x.hearing_key,
    x.event_at,
    CASE
      WHEN lower(x.trial_type) = 'vacated' AND x.hearing_day > x.trial_on THEN x.hearing_day
      ELSE COALESCE(x.trial_on, x.hearing_day)
    END AS trial_on
  FROM trial_outcome AS x
),
told_last AS (
  SELECT
    told.hearing_key,
    told.trial_on,
    max_by(told.key, CAST(told.event_at AS VARCHAR) || told.key) AS key
  FROM told
  GROUP BY told.hearing_key, told.trial_on
),
newest_share AS (
  SELECT
    hearing_day.hearing_key,
    MAX(hearing_day.event_at) AS event_at
  FROM hearing_day
  GROUP BY hearing_day.hearing_key
),
first_day AS (
  SELECT
    sitting.hearing_key,
    MIN(CAST(sitting.sitting_at AT TIME ZONE 'Europe/London' AS DATE)) AS sitting_on
  FROM hearing_day AS sitting
  JOIN newest_share
    ON newest_share.hearing_key = sitting.hearing_key
  LEFT JOIN told_last
    ON told_last.hearing_key = sitting.hearing_key
    AND told_last.trial_on = CAST(sitting.sitting_at AT TIME ZONE 'Europe/London' AS DATE)
  WHERE told_last.key IS NULL
    AND NOT COALESCE(sitting.is_cancelled, FALSE)
    AND (
      sitting.event_at = newest_share.event_at
      OR CAST(sitting.sitting_at AT TIME ZONE 'Europe/London' AS DATE) = sitting.hearing_day
    )
  GROUP BY sitting.hearing_key
)
SELECT
  x.unit_id,
  'trial_outcome' AS from_type,
  x.key AS from_key,
  entity_id('trial_outcome', x.key) AS trial_outcome_id,
  entity_id('hearing', x.hearing_key) AS hearing_id,
  told_last.trial_on,
  outcome.standard_code AS outcome_code,
  x.trial_type AS outcome_source_code,
  COALESCE(reason_of_tier.standard_code, reason.standard_code) AS reason_code,
  x.trial_type || '|' || x.reason_code || '|' || x.jurisdiction_type AS reason_source_code,
  COALESCE(party_of_tier.standard_code, party.standard_code) AS party_code
FROM trial_outcome AS x
JOIN told_last ON told_last.key = x.key
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
  COALESCE(first_day.sitting_on, h.hearing_day) AS trial_on,
  'effective' AS outcome_code,
  'isEffectiveTrial' AS outcome_source_code,
  NULL AS reason_code,
  NULL AS reason_source_code,
  NULL AS party_code
FROM hearing AS h
LEFT JOIN first_day ON first_day.hearing_key = h.key
WHERE h.is_effective_trial

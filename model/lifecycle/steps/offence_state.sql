-- step: offence_state
-- grain: one row per charge that counts and day that is asked about
-- why: what stage a charge is at on the day
WITH result_by_then AS (
  SELECT
    offence_result.offence_id,
    asked.as_at_on,
    max(offence_result.result_on) AS result_on,
    max(CASE WHEN offence_result.result_code IN (:sine_die_codes) THEN offence_result.result_on END) AS sine_die_on
  FROM lifecycle.offence_result
  JOIN lifecycle.asked
    ON asked.case_id = offence_result.case_id
    AND asked.as_at_on >= offence_result.result_on
  GROUP BY offence_result.offence_id, asked.as_at_on
),
deferred AS (
  SELECT DISTINCT deferred_interval.offence_id, asked.as_at_on
  FROM lifecycle.deferred_interval
  JOIN lifecycle.asked
    ON asked.case_id = deferred_interval.case_id
    AND asked.as_at_on >= deferred_interval.deferred_on
    AND (deferred_interval.ended_on IS NULL OR asked.as_at_on < deferred_interval.ended_on)
)
SELECT
  counted_offence.offence_id,
  counted_offence.defendant_id,
  counted_offence.case_id,
  asked.as_at_on,
  conclusion.concluded_on,
  offence_proved.offence_id IS NOT NULL
    OR coalesce(counted_case.case_type_code, '') = 'committal_for_sentence'
    OR coalesce(counted_case.receipt_type_code, '') IN ('committal_for_sentence', 'committal_after_breach', 'bring_back')
    AS is_proved,
  deferred.offence_id IS NOT NULL AS is_deferred,
  coalesce(result_by_then.sine_die_on = result_by_then.result_on, false) AS is_sine_die
FROM lifecycle.counted_offence
JOIN lifecycle.counted_case
  ON counted_case.case_id = counted_offence.case_id
JOIN lifecycle.asked
  ON asked.case_id = counted_offence.case_id
LEFT JOIN lifecycle.offence_proved
  ON offence_proved.offence_id = counted_offence.offence_id
  AND offence_proved.proved_on <= asked.as_at_on
LEFT JOIN result_by_then
  ON result_by_then.offence_id = counted_offence.offence_id
  AND result_by_then.as_at_on = asked.as_at_on
LEFT JOIN lifecycle.offence_conclusion AS conclusion
  ON conclusion.offence_id = counted_offence.offence_id
  AND conclusion.concluded_on <= asked.as_at_on
  AND (conclusion.reopened_on IS NULL OR conclusion.reopened_on > asked.as_at_on)
LEFT JOIN deferred
  ON deferred.offence_id = counted_offence.offence_id
  AND deferred.as_at_on = asked.as_at_on

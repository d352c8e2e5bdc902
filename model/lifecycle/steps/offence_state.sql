-- step: offence_state
-- grain: one row per charge that counts
-- why: what stage a charge is at on the day. A plea or verdict without a date counts from the first hearing of the case, because
--      some sources give none
WITH finding AS (
  SELECT
    plea.offence_id,
    coalesce(plea.plea_on, first_hearing.first_hearing_on) AS proved_on
  FROM onecrown.plea
  JOIN lifecycle.counted_offence
    ON counted_offence.offence_id = plea.offence_id
  LEFT JOIN lifecycle.first_hearing
    ON first_hearing.case_id = counted_offence.case_id
  WHERE plea.plea_code IN (:guilty_pleas)
  UNION ALL
  SELECT
    verdict.offence_id,
    coalesce(verdict.verdict_on, first_hearing.first_hearing_on) AS proved_on
  FROM onecrown.verdict
  JOIN lifecycle.counted_offence
    ON counted_offence.offence_id = verdict.offence_id
  LEFT JOIN lifecycle.first_hearing
    ON first_hearing.case_id = counted_offence.case_id
  WHERE verdict.is_conviction
  UNION ALL
  SELECT
    counted_offence.offence_id,
    counted_offence.convicted_on AS proved_on
  FROM lifecycle.counted_offence
),
proved AS (
  SELECT DISTINCT finding.offence_id
  FROM finding
  WHERE finding.proved_on <= :as_at
),
last_result AS (
  SELECT
    offence_result.offence_id,
    max(offence_result.result_on) AS result_on,
    max(CASE WHEN offence_result.result_code IN (:sine_die_codes) THEN offence_result.result_on END) AS sine_die_on
  FROM lifecycle.offence_result
  GROUP BY offence_result.offence_id
)
SELECT
  counted_offence.offence_id,
  counted_offence.defendant_id,
  counted_offence.case_id,
  conclusion.concluded_on,
  proved.offence_id IS NOT NULL
    OR coalesce(counted_case.case_type_code, '') = 'committal_for_sentence'
    OR coalesce(counted_case.receipt_type_code, '') IN ('committal_for_sentence', 'committal_after_breach', 'bring_back')
    AS is_proved,
  deferred.offence_id IS NOT NULL AS is_deferred,
  coalesce(last_result.sine_die_on = last_result.result_on, false) AS is_sine_die
FROM lifecycle.counted_offence
JOIN lifecycle.counted_case
  ON counted_case.case_id = counted_offence.case_id
LEFT JOIN proved
  ON proved.offence_id = counted_offence.offence_id
LEFT JOIN last_result
  ON last_result.offence_id = counted_offence.offence_id
LEFT JOIN lifecycle.offence_conclusion AS conclusion
  ON conclusion.offence_id = counted_offence.offence_id
  AND conclusion.reopened_on IS NULL
LEFT JOIN (
  SELECT DISTINCT deferred_interval.offence_id
  FROM lifecycle.deferred_interval
  WHERE deferred_interval.ended_on IS NULL
) AS deferred
  ON deferred.offence_id = counted_offence.offence_id

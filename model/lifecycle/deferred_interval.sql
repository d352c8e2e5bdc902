-- function: deferred_interval
-- grain: one row per charge and span of time in which its sentence was deferred, up to the day
-- why: deferred again before sentence is the same span
-- rules: sentence_deferred 1
WITH span AS (
  SELECT
    offence_result.offence_id,
    offence_result.defendant_id,
    offence_result.case_id,
    offence_result.result_on AS deferred_on,
    min(closing.closed_on) AS ended_on
  FROM lifecycle.offence_result
  LEFT JOIN lifecycle.closing
    ON closing.offence_id = offence_result.offence_id
    AND closing.closed_on > offence_result.result_on
  WHERE offence_result.result_code IN (:deferred_codes)
    AND offence_result.concerns IN ('offence', 'defendant')
    AND coalesce(offence_result.result_source_code, '') NOT IN (:not_deferred_source_codes)
  GROUP BY offence_result.offence_id, offence_result.defendant_id, offence_result.case_id, offence_result.result_on
)
SELECT
  span.offence_id,
  span.defendant_id,
  span.case_id,
  min(span.deferred_on) AS deferred_on,
  span.ended_on,
  :rule_sentence_deferred AS decided_by
FROM span
GROUP BY span.offence_id, span.defendant_id, span.case_id, span.ended_on

-- step: closing
-- grain: one row per charge, day and rule by which it was concluded, up to the day
-- why: a charge can be concluded in several ways, and each says which rule it was
-- rules: concluded_final_result 2, concluded_on_file 1, concluded_defendant 1, concluded_acquitted 1, concluded_appeal 1,
--        concluded_sent 1
SELECT
  offence_result.offence_id,
  offence_result.case_id,
  offence_result.result_on AS closed_on,
  CASE
    WHEN offence_result.result_code IN (:filed_codes) THEN :rule_concluded_on_file
    WHEN offence_result.concerns = 'defendant' THEN :rule_concluded_defendant
    ELSE :rule_concluded_final_result
  END AS decided_by
FROM lifecycle.offence_result
JOIN lifecycle.counted_case
  ON counted_case.case_id = offence_result.case_id
WHERE offence_result.concerns IN ('offence', 'defendant')
  AND (offence_result.is_final OR offence_result.result_code IN (:filed_codes))
  AND (
    coalesce(counted_case.jurisdiction_code, '') <> 'crown'
    OR coalesce(offence_result.result_code, '') NOT IN (:sent_codes)
  )
  AND (
    coalesce(counted_case.jurisdiction_code, '') <> 'crown'
    OR coalesce(offence_result.result_code, '') NOT IN (:committed_codes)
  )
UNION ALL
SELECT
  counted_offence.offence_id,
  counted_offence.case_id,
  counted_offence.acquitted_on AS closed_on,
  :rule_concluded_acquitted AS decided_by
FROM lifecycle.counted_offence
WHERE counted_offence.acquitted_on <= :as_at
UNION ALL
SELECT
  counted_offence.offence_id,
  counted_offence.case_id,
  verdict.verdict_on AS closed_on,
  :rule_concluded_appeal AS decided_by
FROM onecrown.verdict
JOIN lifecycle.counted_offence
  ON counted_offence.offence_id = verdict.offence_id
WHERE verdict.verdict_code IN (:appeal_verdicts)
  AND verdict.verdict_on <= :as_at
UNION ALL
SELECT
  offence_result.offence_id,
  offence_result.case_id,
  offence_result.result_on AS closed_on,
  :rule_concluded_sent AS decided_by
FROM lifecycle.offence_result
JOIN lifecycle.counted_case
  ON counted_case.case_id = offence_result.case_id
WHERE counted_case.jurisdiction_code = 'magistrates'
  AND (offence_result.result_code IN (:sent_codes) OR offence_result.result_code IN (:committed_codes))

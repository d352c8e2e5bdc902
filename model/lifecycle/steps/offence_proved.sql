-- step: offence_proved
-- grain: one row per charge that a plea, a verdict or a conviction proves, with the first day of it
-- why: a plea or verdict without a date counts from the first hearing of the case, because some sources give none
WITH finding AS (
  SELECT
    plea.offence_id,
    counted_offence.case_id,
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
    counted_offence.case_id,
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
    counted_offence.case_id,
    counted_offence.convicted_on AS proved_on
  FROM lifecycle.counted_offence
)
SELECT
  finding.offence_id,
  finding.case_id,
  min(finding.proved_on) AS proved_on
FROM finding
WHERE finding.proved_on IS NOT NULL
GROUP BY finding.offence_id, finding.case_id

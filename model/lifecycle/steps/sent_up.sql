-- step: sent_up
-- grain: one row per case of the Crown Court that Common Platform had before a magistrates' court
-- why: Common Platform keeps one case through both tiers. Sending finished it at the magistrates' court, which had received it at its
--      first hearing there, as no day of receipt is told. Where another record tells that time, it is a case of its own
-- rules: concluded_sent 1
WITH sent AS (
  SELECT
    counted_case.case_id,
    min(result.result_on) AS sent_on
  FROM lifecycle.counted_case
  JOIN onecrown.result
    ON result.case_id = counted_case.case_id
    AND result.source_system = 'common_platform'
    AND (result.result_code IN (:sent_codes) OR result.result_code IN (:committed_codes))
  WHERE counted_case.jurisdiction_code = 'crown'
    AND counted_case.case_id NOT IN (
      SELECT case_link.to_case_id
      FROM onecrown.case_link
      WHERE case_link.relation_code = 'sent'
    )
  GROUP BY counted_case.case_id
)
SELECT
  sent.case_id,
  min(counted_hearing_day.hearing_on) AS received_on,
  sent.sent_on,
  max_by(hearing.court_code, CAST(counted_hearing_day.hearing_on AS varchar) || hearing.hearing_id) AS court_code,
  :rule_concluded_sent AS decided_by
FROM sent
JOIN lifecycle.counted_hearing_day
  ON counted_hearing_day.case_id = sent.case_id
  AND counted_hearing_day.jurisdiction_code = 'magistrates'
  AND counted_hearing_day.hearing_on <= sent.sent_on
JOIN onecrown.hearing
  ON hearing.hearing_id = counted_hearing_day.hearing_id
GROUP BY sent.case_id, sent.sent_on

-- step: case_activity
-- grain: one row per case with anything dated and day that is asked about
-- why: the last event up to the day and the next listing after it, to find cases that nobody moves
WITH event AS (
  SELECT counted_hearing_day.case_id, counted_hearing_day.hearing_on AS event_on
  FROM lifecycle.counted_hearing_day
  UNION ALL
  SELECT offence_result.case_id, offence_result.result_on AS event_on
  FROM lifecycle.offence_result
  UNION ALL
  SELECT plea.case_id, plea.plea_on AS event_on
  FROM onecrown.plea
  UNION ALL
  SELECT verdict.case_id, verdict.verdict_on AS event_on
  FROM onecrown.verdict
  UNION ALL
  SELECT warrant_interval.case_id, coalesce(warrant_interval.ended_on, warrant_interval.issued_on) AS event_on
  FROM lifecycle.warrant_interval
  UNION ALL
  SELECT receipt.case_id, receipt.receipt_on AS event_on
  FROM lifecycle.receipt
)
SELECT
  event.case_id,
  asked.as_at_on,
  max(CASE WHEN event.event_on <= asked.as_at_on THEN event.event_on END) AS last_event_on,
  min(CASE WHEN event.event_on > asked.as_at_on THEN event.event_on END) AS next_event_on
FROM event
JOIN lifecycle.asked
  ON asked.case_id = event.case_id
GROUP BY event.case_id, asked.as_at_on

-- step: changed_day
-- grain: one row per case and day on which its state may have changed
-- why: between two of these days nothing happens that a rule of status or remand asks about, so that the state of the first lasts to the next
WITH event AS (
  SELECT receipt.case_id, receipt.receipt_on AS changed_on
  FROM lifecycle.receipt
  UNION
  SELECT receipt.case_id, receipt.stands_from_on AS changed_on
  FROM lifecycle.receipt
  UNION
  SELECT joined_case.case_id, joined_case.closed_on AS changed_on
  FROM lifecycle.joined_case
  UNION
  SELECT counted_case.case_id, counted_case.transferred_in_on AS changed_on
  FROM lifecycle.counted_case
  UNION
  SELECT counted_case.case_id, counted_case.transferred_out_on AS changed_on
  FROM lifecycle.counted_case
  UNION
  SELECT offence_conclusion.case_id, offence_conclusion.concluded_on AS changed_on
  FROM lifecycle.offence_conclusion
  UNION
  SELECT offence_conclusion.case_id, offence_conclusion.reopened_on AS changed_on
  FROM lifecycle.offence_conclusion
  UNION
  SELECT offence_proved.case_id, offence_proved.proved_on AS changed_on
  FROM lifecycle.offence_proved
  UNION
  SELECT warrant_interval.case_id, warrant_interval.issued_on AS changed_on
  FROM lifecycle.warrant_interval
  UNION
  SELECT warrant_interval.case_id, warrant_interval.ended_on AS changed_on
  FROM lifecycle.warrant_interval
  UNION
  SELECT deferred_interval.case_id, deferred_interval.deferred_on AS changed_on
  FROM lifecycle.deferred_interval
  UNION
  SELECT deferred_interval.case_id, deferred_interval.ended_on AS changed_on
  FROM lifecycle.deferred_interval
  UNION
  SELECT remand_change.case_id, remand_change.observed_on AS changed_on
  FROM lifecycle.remand_change
  UNION
  SELECT offence_result.case_id, offence_result.result_on AS changed_on
  FROM lifecycle.offence_result
  WHERE offence_result.offence_id IN (
    SELECT adjourned.offence_id
    FROM lifecycle.offence_result AS adjourned
    WHERE adjourned.result_code IN (:sine_die_codes)
  )
)
SELECT
  court_case.case_id,
  DATE '0001-01-01' AS changed_on
FROM onecrown.court_case
UNION
SELECT
  event.case_id,
  event.changed_on
FROM event
WHERE event.changed_on IS NOT NULL

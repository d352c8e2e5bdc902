-- step: counted_case
-- grain: one row per case that counts
-- why: a case without a surviving record is told elsewhere, or nowhere. A case that was sent is one of the Crown Court before any
--      Crown Court has heard it
SELECT
  court_case.case_id,
  court_case.source_system,
  court_case.source_case_id,
  court_case.original_source_case_id,
  CASE WHEN sent_case.case_id IS NOT NULL THEN 'crown' ELSE court_case.jurisdiction_code END AS jurisdiction_code,
  court_case.case_type_code,
  court_case.receipt_type_code,
  court_case.retrial,
  court_case.received_on,
  court_case.sent_on,
  court_case.committed_on,
  court_case.entered_on,
  court_case.reopened_on,
  court_case.is_severed,
  court_case.transferred_in_on,
  court_case.transferred_out_on,
  court_case.declared_defendant_count
FROM onecrown.court_case
LEFT JOIN lifecycle.sent_case
  ON sent_case.case_id = court_case.case_id
WHERE court_case.case_id IN (
  SELECT counted_record.case_id FROM lifecycle.counted_record WHERE counted_record.is_survivor
)
  AND coalesce(upper(court_case.case_status_source_code), '') <> 'EJECTED'

/* What did the Crown Court receive, finish and have open on one day?
   From the tables that every batch keeps up: a stock is as at the end of the day. */
SELECT
  caseload_view.title,
  caseload_view.value,
  caseload_view.unit
FROM onecrown_measures.caseload_view
WHERE caseload_view.period = '2026-01-12'
  AND caseload_view.breakdown = 'total'
ORDER BY caseload_view.title

/* Charges of three invented Crown Court cases from Xhibit, with what came of them.
   Counts: charges; a charge with two results is shown twice. */
SELECT
  court_case.source_case_id,
  offence.count_number,
  offence.offence_code,
  plea.plea_code,
  result.result_code,
  result.duration_value AS length,
  result.duration_unit_code AS unit
FROM onecrown.court_case
JOIN onecrown.offence
  ON offence.case_id = court_case.case_id
LEFT JOIN onecrown.plea
  ON plea.offence_id = offence.offence_id
LEFT JOIN onecrown.result
  ON result.offence_id = offence.offence_id
WHERE court_case.source_case_id IN ('453T20250002', '453S20250003', '453T20260001')
ORDER BY court_case.source_case_id, offence.count_number

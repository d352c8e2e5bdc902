/* How many charges have nothing that ends them, by what was pleaded?
   Counts: charges, not cases or defendants. It is not the published open caseload.
   A charge is ended by a final result, or by the end of its case, as Xhibit does not say what
   is final. */
WITH concluded AS (
  SELECT DISTINCT result.offence_id
  FROM onecrown.result
  WHERE result.owner_kind_code = 'offence'
    AND result.is_final
)
SELECT
  coalesce(plea.plea_code, 'none yet') AS plea,
  count(DISTINCT offence.offence_id) AS charges,
  count(DISTINCT offence.source_system) AS systems
FROM onecrown.offence
JOIN onecrown.court_case
  ON court_case.case_id = offence.case_id
LEFT JOIN concluded
  ON concluded.offence_id = offence.offence_id
LEFT JOIN onecrown.plea
  ON plea.offence_id = offence.offence_id
WHERE concluded.offence_id IS NULL
  AND court_case.concluded_on IS NULL
GROUP BY coalesce(plea.plea_code, 'none yet')
ORDER BY charges DESC, plea

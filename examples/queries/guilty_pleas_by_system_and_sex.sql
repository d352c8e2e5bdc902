/* How many charges were pleaded guilty to, by the system that told it and the defendant's sex?
   Counts: charges on defendants. Indicated pleas are no pleas and are left out. */
SELECT
  plea.source_system,
  defendant.sex_code,
  count(DISTINCT offence.offence_id) AS charges
FROM onecrown.plea
JOIN onecrown.offence
  ON offence.offence_id = plea.offence_id
JOIN onecrown.defendant
  ON defendant.defendant_id = offence.defendant_id
WHERE plea.plea_code IN (
  'guilty',
  'guilty_single_justice',
  'guilty_to_lesser_offence',
  'guilty_to_alternative_offence',
  'changed_to_guilty_before_jury_sworn',
  'changed_to_guilty_after_jury_sworn',
  'changed_to_guilty_magistrates_court'
)
GROUP BY plea.source_system, defendant.sex_code
ORDER BY plea.source_system, defendant.sex_code

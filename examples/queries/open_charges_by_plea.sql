-- How many charges have no result that ends them, by what was pleaded?
-- Counts: charges, not cases or defendants. It is not the published open caseload, whose rule differs.
-- Cases are not linked yet, so a case that moved from Xhibit to Common Platform is counted in both.
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
LEFT JOIN concluded
  ON concluded.offence_id = offence.offence_id
LEFT JOIN onecrown.plea
  ON plea.offence_id = offence.offence_id
WHERE concluded.offence_id IS NULL
GROUP BY coalesce(plea.plea_code, 'none yet')
ORDER BY charges DESC, plea

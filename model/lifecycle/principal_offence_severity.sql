-- function: principal_offence_severity
-- grain: one row per case with a charge that can be principal
-- why: the charge under which the caseload counts the case
-- rules: severity_principal 1, severity_no_other 1
WITH ranked AS (
  SELECT
    principal_candidate.case_id,
    principal_candidate.offence_id,
    principal_candidate.defendant_id,
    principal_candidate.offence_code,
    principal_candidate.offence_group_code,
    principal_candidate.is_no_candidate,
    row_number() OVER (
      PARTITION BY principal_candidate.case_id
      ORDER BY
        principal_candidate.is_no_candidate,
        principal_candidate.mode_rank,
        principal_candidate.group_rank,
        principal_candidate.place_rank,
        principal_candidate.offence_id
    ) AS place
  FROM lifecycle.principal_candidate
)
SELECT
  ranked.case_id,
  ranked.offence_id,
  ranked.defendant_id,
  ranked.offence_code,
  ranked.offence_group_code,
  CASE WHEN ranked.is_no_candidate THEN :rule_severity_no_other ELSE :rule_severity_principal END AS decided_by
FROM ranked
WHERE ranked.place = 1

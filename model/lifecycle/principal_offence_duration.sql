-- function: principal_offence_duration
-- grain: one row per defendant who is concluded and has a charge with both dates
-- why: the charge under which timeliness counts the defendant, who has his own day of completion
-- rules: duration_principal 1
WITH ranked AS (
  SELECT
    principal_candidate.case_id,
    principal_candidate.defendant_id,
    principal_candidate.offence_id,
    principal_candidate.offence_code,
    principal_candidate.offence_group_code,
    principal_candidate.charged_on,
    offence_state.concluded_on,
    defendant_state.concluded_on AS defendant_concluded_on,
    date_diff('day', principal_candidate.charged_on, offence_state.concluded_on) AS charge_to_completion_days,
    row_number() OVER (
      PARTITION BY principal_candidate.defendant_id
      ORDER BY
        date_diff('day', principal_candidate.charged_on, offence_state.concluded_on) DESC,
        principal_candidate.mode_rank,
        principal_candidate.group_rank,
        principal_candidate.place_rank,
        principal_candidate.offence_id
    ) AS place
  FROM lifecycle.principal_candidate
  JOIN lifecycle.offence_state
    ON offence_state.offence_id = principal_candidate.offence_id
  JOIN lifecycle.defendant_state
    ON defendant_state.defendant_id = principal_candidate.defendant_id
  WHERE defendant_state.concluded_on IS NOT NULL
    AND principal_candidate.charged_on <= offence_state.concluded_on
    AND NOT principal_candidate.is_no_candidate
)
SELECT
  ranked.case_id,
  ranked.defendant_id,
  ranked.offence_id,
  ranked.offence_code,
  ranked.offence_group_code,
  ranked.charged_on,
  ranked.concluded_on,
  ranked.charge_to_completion_days,
  ranked.defendant_concluded_on,
  :rule_duration_principal AS decided_by
FROM ranked
WHERE ranked.place = 1

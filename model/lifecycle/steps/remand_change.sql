-- step: remand_change
-- grain: one row per defendant and day on which his remand status became another, up to the day
-- why: the same status told again goes on
SELECT
  compared.defendant_id,
  compared.case_id,
  compared.observed_on,
  compared.remand_code,
  compared.seriousness_rank,
  compared.decided_by,
  lead(compared.observed_on) OVER (PARTITION BY compared.defendant_id ORDER BY compared.observed_on) AS changed_on
FROM (
  SELECT
    remand_observed.defendant_id,
    remand_observed.case_id,
    remand_observed.observed_on,
    remand_observed.remand_code,
    remand_observed.seriousness_rank,
    remand_observed.decided_by,
    lag(remand_observed.remand_code) OVER (
      PARTITION BY remand_observed.defendant_id ORDER BY remand_observed.observed_on
    ) AS earlier_remand_code
  FROM lifecycle.remand_observed
) AS compared
WHERE compared.earlier_remand_code IS NULL OR compared.earlier_remand_code <> compared.remand_code

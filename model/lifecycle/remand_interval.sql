-- function: remand_interval
-- grain: one row per defendant and span of time with one remand status, up to the day
-- why: a status stands until another is told or the defendant is concluded; the same status told again goes on
-- rules: remand_result 1, remand_record 1
WITH compared AS (
  SELECT
    remand_observed.defendant_id,
    remand_observed.case_id,
    remand_observed.observed_on,
    remand_observed.remand_code,
    remand_observed.decided_by,
    lag(remand_observed.remand_code) OVER (
      PARTITION BY remand_observed.defendant_id ORDER BY remand_observed.observed_on
    ) AS earlier_remand_code
  FROM lifecycle.remand_observed
),
begun AS (
  SELECT
    compared.defendant_id,
    compared.case_id,
    compared.observed_on AS begun_on,
    compared.remand_code,
    compared.decided_by,
    lead(compared.observed_on) OVER (PARTITION BY compared.defendant_id ORDER BY compared.observed_on) AS changed_on
  FROM compared
  WHERE compared.earlier_remand_code IS NULL OR compared.earlier_remand_code <> compared.remand_code
)
SELECT
  begun.defendant_id,
  begun.case_id,
  begun.remand_code,
  begun.begun_on,
  CASE
    WHEN begun.changed_on IS NOT NULL THEN begun.changed_on
    WHEN defendant_state.concluded_on >= begun.begun_on THEN defendant_state.concluded_on
  END AS ended_on,
  begun.decided_by
FROM begun
JOIN lifecycle.defendant_state
  ON defendant_state.defendant_id = begun.defendant_id

-- function: remand_as_at
-- grain: one row per defendant who counts
-- why: open cases are counted by the latest status, disposed ones by the most serious ever
-- rules: remand_latest 1, remand_most_serious 1, remand_unknown 1
WITH ever AS (
  SELECT
    remand_observed.defendant_id,
    max_by(remand_observed.remand_code, remand_observed.observed_on) AS latest_code,
    min_by(remand_observed.remand_code, remand_observed.seriousness_rank) AS most_serious_code
  FROM lifecycle.remand_observed
  GROUP BY remand_observed.defendant_id
)
SELECT
  defendant_state.defendant_id,
  defendant_state.case_id,
  CASE WHEN defendant_state.concluded_on IS NULL THEN ever.latest_code ELSE ever.most_serious_code END AS remand_code,
  CASE
    WHEN ever.defendant_id IS NULL THEN :rule_remand_unknown
    WHEN defendant_state.concluded_on IS NULL THEN :rule_remand_latest
    ELSE :rule_remand_most_serious
  END AS decided_by
FROM lifecycle.defendant_state
LEFT JOIN ever
  ON ever.defendant_id = defendant_state.defendant_id

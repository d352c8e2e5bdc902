-- unit: case_spell
-- why: the state of a case lasts until the next day on which one of its rules decides otherwise, so that every stock on every day
--      is a count of the spells that hold it
WITH remand_by_then AS (
  SELECT
    defendant_state.case_id,
    defendant_state.as_at_on,
    defendant_state.defendant_id,
    max_by(remand_change.remand_code, remand_change.observed_on) AS remand_code
  FROM lifecycle.defendant_state
  JOIN lifecycle.remand_change
    ON remand_change.defendant_id = defendant_state.defendant_id
    AND remand_change.observed_on <= defendant_state.as_at_on
  WHERE defendant_state.concluded_on IS NULL
  GROUP BY defendant_state.case_id, defendant_state.as_at_on, defendant_state.defendant_id
),
remanded AS (
  SELECT
    remand_by_then.case_id,
    remand_by_then.as_at_on,
    min(CASE
      WHEN remand_by_then.remand_code IN (:custody_remands) THEN 1
      WHEN remand_by_then.remand_code IN (:bail_remands) THEN 2
    END) AS remand_rank
  FROM remand_by_then
  GROUP BY remand_by_then.case_id, remand_by_then.as_at_on
),
state AS (
  SELECT
    case_status_as_at.case_id,
    case_status_as_at.as_at_on,
    case_status_as_at.status_code,
    coalesce(case_status_as_at.stage_code, 'none') AS stage_code,
    case_status_as_at.decided_by,
    CASE remanded.remand_rank WHEN 1 THEN 'custody' WHEN 2 THEN 'bail' ELSE 'not_known' END AS remand_code
  FROM lifecycle.case_status_as_at
  LEFT JOIN remanded
    ON remanded.case_id = case_status_as_at.case_id
    AND remanded.as_at_on = case_status_as_at.as_at_on
),
compared AS (
  SELECT
    state.case_id,
    state.as_at_on,
    state.status_code,
    state.stage_code,
    state.decided_by,
    state.remand_code,
    lag(state.decided_by || state.remand_code) OVER (PARTITION BY state.case_id ORDER BY state.as_at_on) AS earlier
  FROM state
),
spell AS (
  SELECT
    compared.case_id,
    compared.as_at_on AS begun_on,
    lead(compared.as_at_on) OVER (PARTITION BY compared.case_id ORDER BY compared.as_at_on) AS ended_on,
    compared.status_code,
    compared.stage_code,
    compared.decided_by,
    compared.remand_code
  FROM compared
  WHERE compared.earlier IS NULL OR compared.earlier <> compared.decided_by || compared.remand_code
)
SELECT
  spell.case_id || '/' || CAST(spell.begun_on AS varchar) AS case_spell_id,
  spell.case_id,
  spell.begun_on,
  spell.ended_on,
  spell.status_code,
  spell.stage_code,
  spell.decided_by,
  spell.remand_code
FROM spell
WHERE spell.status_code NOT IN ('not_received', 'suppressed', 'ejected')

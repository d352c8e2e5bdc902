-- unit: case_spell
-- why: the state of a case lasts until the next day on which one of its rules decides otherwise, so that every stock on every day
--      is a count of the spells that hold it. A spell is at one court: a case that moves while it is open leaves the one and comes to
--      the other on that day. The time of a case before the magistrates' court that sent it up stands first, in a state of its own
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
    CASE remanded.remand_rank WHEN 1 THEN 'custody' WHEN 2 THEN 'bail' ELSE 'not_known' END AS remand_code,
    coalesce(court_stay.court_code, 'not_known') AS court_code
  FROM lifecycle.case_status_as_at
  LEFT JOIN lifecycle.court_stay
    ON court_stay.case_id = case_status_as_at.case_id
    AND court_stay.begun_on <= case_status_as_at.as_at_on
    AND (court_stay.ended_on IS NULL OR court_stay.ended_on > case_status_as_at.as_at_on)
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
    state.court_code,
    lag(state.decided_by || state.remand_code || state.court_code) OVER (PARTITION BY state.case_id ORDER BY state.as_at_on) AS earlier
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
    compared.remand_code,
    compared.court_code
  FROM compared
  WHERE compared.earlier IS NULL OR compared.earlier <> compared.decided_by || compared.remand_code || compared.court_code
),
beside AS (
  SELECT
    spell.case_id,
    spell.begun_on,
    spell.ended_on,
    spell.status_code,
    spell.stage_code,
    spell.decided_by,
    spell.remand_code,
    spell.court_code,
    lag(spell.status_code) OVER (PARTITION BY spell.case_id ORDER BY spell.begun_on) AS earlier_status_code,
    lag(spell.court_code) OVER (PARTITION BY spell.case_id ORDER BY spell.begun_on) AS earlier_court_code,
    lead(spell.status_code) OVER (PARTITION BY spell.case_id ORDER BY spell.begun_on) AS later_status_code,
    lead(spell.court_code) OVER (PARTITION BY spell.case_id ORDER BY spell.begun_on) AS later_court_code
  FROM spell
),
told AS (
  SELECT
    beside.case_id,
    beside.begun_on,
    beside.ended_on,
    beside.status_code,
    beside.stage_code,
    beside.decided_by,
    beside.remand_code,
    max(CASE WHEN coalesce(beside.earlier_status_code, '') <> beside.status_code THEN beside.begun_on END) OVER (
      PARTITION BY beside.case_id ORDER BY beside.begun_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS status_begun_on,
    beside.court_code,
    CASE
      WHEN beside.earlier_status_code = 'transferred_out' AND beside.status_code <> 'transferred_out' THEN beside.begun_on
      WHEN beside.earlier_status_code = 'open' AND beside.earlier_court_code <> beside.court_code THEN beside.begun_on
    END AS moved_in_on,
    CASE
      WHEN beside.status_code = 'open' AND (beside.later_status_code = 'transferred_out' OR beside.later_court_code <> beside.court_code)
        THEN beside.ended_on
    END AS moved_out_on
  FROM beside
  UNION ALL
  SELECT
    sent_up.case_id,
    sent_up.received_on AS begun_on,
    CASE WHEN receipt.stands_from_on < sent_up.sent_on THEN receipt.stands_from_on ELSE sent_up.sent_on END AS ended_on,
    'with_magistrates' AS status_code,
    'none' AS stage_code,
    sent_up.decided_by,
    'not_known' AS remand_code,
    sent_up.received_on AS status_begun_on,
    coalesce(sent_up.court_code, 'not_known') AS court_code,
    CAST(NULL AS date) AS moved_in_on,
    CAST(NULL AS date) AS moved_out_on
  FROM lifecycle.sent_up
  LEFT JOIN lifecycle.receipt
    ON receipt.case_id = sent_up.case_id
  WHERE sent_up.received_on < CASE WHEN receipt.stands_from_on < sent_up.sent_on THEN receipt.stands_from_on ELSE sent_up.sent_on END
)
SELECT
  told.case_id || '/' || CAST(told.begun_on AS varchar) AS case_spell_id,
  told.case_id,
  told.begun_on,
  told.ended_on,
  told.status_code,
  told.stage_code,
  told.decided_by,
  told.remand_code,
  told.status_begun_on,
  told.court_code AS spell_court_code,
  :region_of(told.court_code) AS spell_region_code,
  told.moved_in_on,
  told.moved_out_on
FROM told
WHERE told.status_code NOT IN ('not_received', 'suppressed', 'ejected')

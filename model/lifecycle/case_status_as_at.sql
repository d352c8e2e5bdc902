-- function: case_status_as_at
-- grain: one row per case and day that is asked about
-- why: the first rung that fits: ejected, suppressed, not received, transferred out, joined, incomplete, disposed, on a warrant, open.
--      What the source says of status is never used
-- rules: case_ejected 1, case_suppressed 1, case_not_received 2, case_transferred_out 1, case_joined 1, case_incomplete 1, case_disposed 1,
--        case_on_warrant 1, case_awaiting_trial 1, case_awaiting_sentence 1, case_deferred 1, case_sine_die 1,
--        case_awaiting_appeal 1, case_dormant 1
WITH ejected AS (
  SELECT DISTINCT case_source_record.case_id
  FROM onecrown.case_source_record
  WHERE case_source_record.reason_code = 'ejected'
),
defended AS (
  SELECT
    defendant_state.case_id,
    defendant_state.as_at_on,
    count(*) AS defendant_count,
    count(CASE WHEN defendant_state.offence_count = 0 THEN 1 END) AS without_charge_count,
    count(CASE WHEN defendant_state.concluded_on IS NULL THEN 1 END) AS unconcluded_count,
    count(CASE WHEN defendant_state.concluded_on IS NULL AND defendant_state.is_on_warrant THEN 1 END) AS on_warrant_count
  FROM lifecycle.defendant_state
  GROUP BY defendant_state.case_id, defendant_state.as_at_on
),
staged AS (
  SELECT
    offence_state.case_id,
    offence_state.as_at_on,
    count(CASE WHEN NOT offence_state.is_proved AND NOT offence_state.is_sine_die THEN 1 END) AS unproved_count,
    count(
      CASE WHEN offence_state.is_proved AND NOT offence_state.is_deferred AND NOT offence_state.is_sine_die THEN 1 END
    ) AS unsentenced_count,
    count(CASE WHEN offence_state.is_sine_die AND NOT offence_state.is_deferred THEN 1 END) AS sine_die_count
  FROM lifecycle.offence_state
  WHERE offence_state.concluded_on IS NULL
  GROUP BY offence_state.case_id, offence_state.as_at_on
),
decided AS (
  SELECT
    court_case.case_id,
    asked.as_at_on,
    CASE
      WHEN counted_case.case_id IS NULL
        AND (ejected.case_id IS NOT NULL OR upper(court_case.case_status_source_code) = 'EJECTED') THEN :rule_case_ejected
      WHEN counted_case.case_id IS NULL THEN :rule_case_suppressed
      WHEN receipt.stands_from_on > asked.as_at_on THEN :rule_case_not_received
      WHEN counted_case.transferred_out_on <= asked.as_at_on
        AND (
          counted_case.transferred_in_on IS NULL
          OR counted_case.transferred_in_on > asked.as_at_on
          OR counted_case.transferred_in_on < counted_case.transferred_out_on
        ) THEN :rule_case_transferred_out
      WHEN joined_case.closed_on <= asked.as_at_on AND coalesce(defended.unconcluded_count, 1) > 0 THEN :rule_case_joined
      WHEN coalesce(defended.defendant_count, 0) = 0
        OR defended.without_charge_count > 0
        OR defended.defendant_count <> counted_case.declared_defendant_count THEN :rule_case_incomplete
      WHEN defended.unconcluded_count = 0 THEN :rule_case_disposed
      WHEN defended.on_warrant_count = defended.unconcluded_count THEN :rule_case_on_warrant
      WHEN counted_case.case_type_code = 'appeal' THEN :rule_case_awaiting_appeal
      WHEN staged.unproved_count > 0 THEN :rule_case_awaiting_trial
      WHEN staged.unsentenced_count > 0 THEN :rule_case_awaiting_sentence
      WHEN staged.sine_die_count > 0 THEN :rule_case_sine_die
      ELSE :rule_case_deferred
    END AS decided_by,
    receipt.receipt_on,
    defended.defendant_count,
    defended.unconcluded_count,
    defended.on_warrant_count
  FROM onecrown.court_case
  JOIN lifecycle.asked
    ON asked.case_id = court_case.case_id
  LEFT JOIN lifecycle.counted_case
    ON counted_case.case_id = court_case.case_id
  LEFT JOIN ejected
    ON ejected.case_id = court_case.case_id
  LEFT JOIN lifecycle.receipt
    ON receipt.case_id = court_case.case_id
  LEFT JOIN lifecycle.joined_case
    ON joined_case.case_id = court_case.case_id
  LEFT JOIN defended
    ON defended.case_id = court_case.case_id
    AND defended.as_at_on = asked.as_at_on
  LEFT JOIN staged
    ON staged.case_id = court_case.case_id
    AND staged.as_at_on = asked.as_at_on
),
named AS (
  SELECT
    decided.case_id,
    decided.as_at_on,
    CASE decided.decided_by
      WHEN :rule_case_ejected THEN 'ejected'
      WHEN :rule_case_suppressed THEN 'suppressed'
      WHEN :rule_case_not_received THEN 'not_received'
      WHEN :rule_case_transferred_out THEN 'transferred_out'
      WHEN :rule_case_joined THEN 'joined'
      WHEN :rule_case_incomplete THEN 'incomplete'
      WHEN :rule_case_disposed THEN 'disposed'
      WHEN :rule_case_on_warrant THEN 'on_warrant'
      ELSE 'open'
    END AS status_code,
    CASE decided.decided_by
      WHEN :rule_case_awaiting_appeal THEN 'awaiting_appeal'
      WHEN :rule_case_awaiting_trial THEN 'awaiting_trial'
      WHEN :rule_case_awaiting_sentence THEN 'awaiting_sentence'
      WHEN :rule_case_sine_die THEN 'sine_die'
      WHEN :rule_case_deferred THEN 'deferred'
    END AS stage_code,
    decided.decided_by,
    decided.receipt_on,
    decided.defendant_count,
    decided.unconcluded_count,
    decided.on_warrant_count
  FROM decided
),
marked AS (
  SELECT
    named.case_id,
    named.as_at_on,
    coalesce(
      named.status_code = 'open'
      AND case_activity.next_event_on IS NULL
      AND case_activity.last_event_on < date_add('month', -:dormant_months, named.as_at_on),
      false
    ) AS is_dormant
  FROM named
  LEFT JOIN lifecycle.case_activity
    ON case_activity.case_id = named.case_id
    AND case_activity.as_at_on = named.as_at_on
)
SELECT
  named.case_id,
  named.as_at_on,
  named.status_code,
  named.stage_code,
  named.decided_by,
  named.receipt_on,
  CASE WHEN named.status_code = 'open' THEN date_diff('day', named.receipt_on, named.as_at_on) END AS age_days,
  named.defendant_count,
  named.unconcluded_count AS unconcluded_defendant_count,
  named.on_warrant_count AS on_warrant_defendant_count,
  marked.is_dormant,
  CASE WHEN marked.is_dormant THEN :rule_case_dormant END AS dormant_decided_by
FROM named
JOIN marked
  ON marked.case_id = named.case_id
  AND marked.as_at_on = named.as_at_on

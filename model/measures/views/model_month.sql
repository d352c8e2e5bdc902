-- view: model_month
-- grain: one row per month, receipt type, route, remand and region of Crown Court cases, where there is anything to tell
-- why: what a forecast of the caseload starts from. Receipts, disposals and open cases are those that the measures count.
--      Minutes are planned and days are listed or held: no source tells time sat, and rooms are not sent, so that sitting days cannot
--      be counted. A day that two systems tell counts once, and minutes of cases heard together are shared out among them. The route is known when a case is done; until then a trial case is undecided
-- column: month_begun_on date First day of the month.
-- column: receipt_type_code string The way in which the case was received.
-- column: route_code string How the case came to its end: an effective trial, a guilty plea, a sentence, an appeal; undecided while a
--      trial case is open.
-- column: remand_code string Custody or bail: of open cases at the month's end, of all others the most serious ever.
-- column: region_code string The region of the court on the day that is counted; of hearing days that of the court that has the case.
-- column: receipt_count long Cases received in the month.
-- column: disposal_count long Cases disposed of in the month.
-- column: open_count long Cases open at the month's end.
-- column: hearing_day_count long Days in the month on which hearings of the cases were listed or held, once for each case. No sitting days.
-- column: planned_minutes long Minutes for which those days were listed, where a source tells. Planned, not sat.
-- column: disposed_with_minutes_count long Of the cases disposed of in the month, those of which planned minutes are told.
-- column: disposed_minutes long Planned minutes of those cases over their whole life.
WITH outcome AS (
  SELECT
    counted_trial.case_id,
    max(CASE WHEN counted_trial.outcome_code = 'effective' THEN 1 ELSE 0 END) AS effective_rank,
    max(CASE WHEN counted_trial.outcome_code = 'cracked' THEN 1 ELSE 0 END) AS cracked_rank,
    max(
      CASE
        WHEN counted_trial.reason_code IN (
          'cracked_late_guilty_plea',
          'cracked_late_guilty_plea_earlier_refused',
          'cracked_plea_to_alternative',
          'cracked_plea_to_alternative_earlier_refused'
        ) THEN 1
        ELSE 0
      END
    ) AS cracked_by_plea_rank
  FROM onecrown_measures.counted_trial
  GROUP BY counted_trial.case_id
),
plea AS (
  SELECT
    counted_defendant.case_id,
    max(CASE WHEN counted_defendant.plea_timing_code = 'late' THEN 1 ELSE 0 END) AS late_rank,
    max(CASE WHEN counted_defendant.plea_timing_code = 'early' THEN 1 ELSE 0 END) AS early_rank,
    max(CASE WHEN counted_defendant.pleaded_guilty THEN 1 ELSE 0 END) AS guilty_rank
  FROM onecrown_measures.counted_defendant
  GROUP BY counted_defendant.case_id
),
crown_case AS (
  SELECT
    counted_case.case_id,
    CASE
      WHEN counted_case.case_type_code = 'appeal' THEN 'appeal'
      WHEN counted_case.case_type_code = 'committal_for_sentence' THEN 'sentence'
      WHEN counted_case.case_type_code <> 'trial' THEN 'not_known'
      WHEN counted_case.current_final_on IS NULL THEN 'undecided'
      WHEN outcome.effective_rank = 1 THEN 'effective_trial'
      WHEN outcome.cracked_by_plea_rank = 1 THEN 'guilty_plea_cracked'
      WHEN outcome.cracked_rank = 1 THEN 'other_cracked'
      WHEN plea.late_rank = 1 THEN 'late_guilty_plea'
      WHEN plea.early_rank = 1 THEN 'early_guilty_plea'
      WHEN plea.guilty_rank = 1 THEN 'guilty_plea'
      ELSE 'no_trial_and_no_plea'
    END AS route_code,
    counted_case.receipt_type_code,
    counted_case.remand_most_serious_code AS remand_code,
    counted_case.region_code,
    counted_case.planned_minutes
  FROM onecrown_measures.counted_case
  LEFT JOIN outcome
    ON outcome.case_id = counted_case.case_id
  LEFT JOIN plea
    ON plea.case_id = counted_case.case_id
  WHERE counted_case.jurisdiction_code = 'crown'
),
told AS (
  SELECT
    received.period_begun_on,
    received.case_id,
    received.category_1 AS receipt_type_code,
    received.category_2 AS remand_code,
    received.category_3 AS region_code,
    1 AS receipt_count,
    0 AS disposal_count,
    0 AS open_count,
    0 AS hearing_day_count,
    0 AS planned_minutes
  FROM :units_of(receipts, receipt_type, remand, region) AS received
  WHERE received.period_kind = 'month'
  UNION ALL
  SELECT
    disposed.period_begun_on,
    disposed.case_id,
    disposed.category_1,
    disposed.category_2,
    disposed.category_3,
    0,
    1,
    0,
    0,
    0
  FROM :units_of(disposals, receipt_type, remand, region) AS disposed
  WHERE disposed.period_kind = 'month'
  UNION ALL
  SELECT
    standing.period_begun_on,
    standing.case_id,
    standing.category_1,
    standing.category_2,
    standing.category_3,
    0,
    0,
    1,
    0,
    0
  FROM :units_of(open_cases, receipt_type, remand, region) AS standing
  WHERE standing.period_kind = 'month'
  UNION ALL
  SELECT
    period.begun_on,
    crown_case.case_id,
    crown_case.receipt_type_code,
    crown_case.remand_code,
    crown_case.region_code,
    0,
    0,
    0,
    1,
    coalesce(case_day.planned_minutes, 0)
  FROM crown_case
  JOIN lifecycle.counted_hearing_day AS case_day
    ON case_day.case_id = crown_case.case_id AND case_day.jurisdiction_code = 'crown'
  JOIN onecrown_measures.period
    ON period.period_kind = 'month' AND case_day.hearing_on BETWEEN period.begun_on AND period.ended_on
)
SELECT
  told.period_begun_on AS month_begun_on,
  told.receipt_type_code,
  crown_case.route_code,
  told.remand_code,
  told.region_code,
  sum(told.receipt_count) AS receipt_count,
  sum(told.disposal_count) AS disposal_count,
  sum(told.open_count) AS open_count,
  sum(told.hearing_day_count) AS hearing_day_count,
  sum(told.planned_minutes) AS planned_minutes,
  sum(CASE WHEN crown_case.planned_minutes IS NULL THEN 0 ELSE told.disposal_count END) AS disposed_with_minutes_count,
  sum(told.disposal_count * coalesce(crown_case.planned_minutes, 0)) AS disposed_minutes
FROM told
JOIN crown_case
  ON crown_case.case_id = told.case_id
GROUP BY told.period_begun_on, told.receipt_type_code, crown_case.route_code, told.remand_code, told.region_code

-- unit: counted_case
-- why: what the life of a case comes to, as it is known now. A case that has a place in two systems is here once
WITH defended AS (
  SELECT
    remand_as_at.case_id,
    count(*) AS defendant_count,
    min(CASE
      WHEN remand_as_at.remand_code IN (:custody_remands) THEN 1
      WHEN remand_as_at.remand_code IN (:bail_remands) THEN 2
      ELSE 3
    END) AS remand_rank
  FROM lifecycle.remand_as_at
  GROUP BY remand_as_at.case_id
),
heard AS (
  SELECT
    counted_hearing_day.case_id,
    count(DISTINCT CAST(counted_hearing_day.hearing_on AS varchar) || counted_hearing_day.hearing_id) AS hearing_count,
    sum(counted_hearing_day.planned_minutes) AS planned_minutes
  FROM lifecycle.counted_hearing_day
  JOIN lifecycle.counted_case
    ON counted_case.case_id = counted_hearing_day.case_id
  LEFT JOIN lifecycle.disposal
    ON disposal.case_id = counted_hearing_day.case_id
  WHERE coalesce(counted_hearing_day.jurisdiction_code, counted_case.jurisdiction_code, '')
      = coalesce(counted_case.jurisdiction_code, counted_hearing_day.jurisdiction_code, '')
    AND (disposal.current_final_on IS NULL OR counted_hearing_day.hearing_on <= disposal.current_final_on)
  GROUP BY counted_hearing_day.case_id
),
held AS (
  SELECT
    counted_hearing_day.case_id,
    min(CASE
      WHEN counted_hearing_day.hearing_type_code IN (:appeal_hearings) THEN 1
      WHEN counted_hearing_day.hearing_type_code IN (:committal_hearings) THEN 2
      WHEN counted_hearing_day.hearing_type_code IN (:trial_hearings) THEN 3
    END) AS kind_rank
  FROM lifecycle.counted_hearing_day
  WHERE counted_hearing_day.jurisdiction_code = 'crown'
  GROUP BY counted_hearing_day.case_id
),
below AS (
  SELECT
    sent_up.case_id,
    sent_up.received_on,
    sent_up.sent_on AS finished_on,
    sent_up.court_code
  FROM lifecycle.sent_up
  UNION ALL
  SELECT
    counted_case.case_id,
    CASE WHEN receipt.is_new THEN receipt.receipt_on END AS received_on,
    disposal.current_final_on AS finished_on,
    court_case.court_code
  FROM lifecycle.counted_case
  JOIN onecrown.court_case
    ON court_case.case_id = counted_case.case_id
  LEFT JOIN lifecycle.receipt
    ON receipt.case_id = counted_case.case_id
  LEFT JOIN lifecycle.disposal
    ON disposal.case_id = counted_case.case_id
  WHERE counted_case.jurisdiction_code = 'magistrates'
),
kind AS (
  SELECT
    counted_case.case_id,
    coalesce(
      counted_case.case_type_code,
      CASE
        WHEN receipt.decided_by IN (:rule_receipt_committed, :rule_receipt_committal_result) THEN 'committal_for_sentence'
        WHEN receipt.decided_by IN (:rule_receipt_sent, :rule_receipt_sending_result) THEN 'trial'
        WHEN receipt.decided_by = :rule_receipt_lodged THEN 'appeal'
      END,
      CASE held.kind_rank WHEN 1 THEN 'appeal' WHEN 2 THEN 'committal_for_sentence' WHEN 3 THEN 'trial' END
    ) AS case_type_code,
    principal.mode_rank,
    principal.offence_group_code
  FROM lifecycle.counted_case
  LEFT JOIN lifecycle.receipt
    ON receipt.case_id = counted_case.case_id
  LEFT JOIN held
    ON held.case_id = counted_case.case_id
  LEFT JOIN (
    SELECT
      principal_offence_severity.case_id,
      principal_candidate.mode_rank,
      principal_candidate.offence_group_code
    FROM lifecycle.principal_offence_severity
    JOIN lifecycle.principal_candidate
      ON principal_candidate.offence_id = principal_offence_severity.offence_id
  ) AS principal
    ON principal.case_id = counted_case.case_id
)
SELECT
  counted_case.case_id,
  counted_case.source_system,
  coalesce(counted_case.jurisdiction_code, 'not_known') AS jurisdiction_code,
  coalesce(court_case.court_code, 'not_known') AS court_code,
  :region_of(court_case.court_code) AS region_code,
  coalesce(kind.case_type_code, 'not_known') AS case_type_code,
  coalesce(
    counted_case.receipt_type_code,
    CASE
      WHEN kind.case_type_code = 'committal_for_sentence' THEN 'committal_for_sentence'
      WHEN kind.case_type_code = 'appeal' THEN 'appeal'
      WHEN kind.case_type_code = 'trial' AND kind.mode_rank = 1 THEN 'indictable_only'
      WHEN kind.case_type_code = 'trial' AND kind.mode_rank = 2 THEN 'either_way'
    END,
    'not_known'
  ) AS receipt_type_code,
  coalesce(kind.offence_group_code, '13') AS offence_group_severity_code,
  receipt.receipt_on,
  coalesce(receipt.is_inferred, false) AS receipt_is_inferred,
  receipt.decided_by AS receipt_decided_by,
  receipt.is_new AS is_new_receipt,
  disposal.first_final_on,
  disposal.current_final_on,
  coalesce(disposal.reopened_count, 0) AS reopened_count,
  disposal.decided_by AS disposal_decided_by,
  CASE defended.remand_rank WHEN 1 THEN 'custody' WHEN 2 THEN 'bail' ELSE 'not_known' END AS remand_most_serious_code,
  coalesce(defended.defendant_count, 0) AS defendant_count,
  coalesce(heard.hearing_count, 0) AS hearing_count,
  heard.planned_minutes,
  case_status_as_at.status_code AS latest_status_code,
  receipt.stands_from_on,
  coalesce(received_at.court_code, 'not_known') AS receipt_court_code,
  :region_of(received_at.court_code) AS receipt_region_code,
  coalesce(disposed_at.court_code, 'not_known') AS disposal_court_code,
  :region_of(disposed_at.court_code) AS disposal_region_code,
  below.received_on AS magistrates_received_on,
  below.finished_on AS magistrates_finished_on,
  coalesce(below.court_code, 'not_known') AS magistrates_court_code,
  :region_of(below.court_code) AS magistrates_region_code
FROM lifecycle.counted_case
JOIN onecrown.court_case
  ON court_case.case_id = counted_case.case_id
LEFT JOIN kind
  ON kind.case_id = counted_case.case_id
LEFT JOIN lifecycle.receipt
  ON receipt.case_id = counted_case.case_id
LEFT JOIN lifecycle.disposal
  ON disposal.case_id = counted_case.case_id
LEFT JOIN defended
  ON defended.case_id = counted_case.case_id
LEFT JOIN heard
  ON heard.case_id = counted_case.case_id
LEFT JOIN lifecycle.case_status_as_at
  ON case_status_as_at.case_id = counted_case.case_id
LEFT JOIN below
  ON below.case_id = counted_case.case_id
LEFT JOIN lifecycle.court_stay AS received_at
  ON received_at.case_id = counted_case.case_id
  AND received_at.begun_on <= coalesce(receipt.receipt_on, DATE '9999-12-31')
  AND (received_at.ended_on IS NULL OR received_at.ended_on > coalesce(receipt.receipt_on, DATE '9999-12-31'))
LEFT JOIN lifecycle.court_stay AS disposed_at
  ON disposed_at.case_id = counted_case.case_id
  AND disposed_at.begun_on <= coalesce(disposal.current_final_on, DATE '9999-12-31')
  AND (disposed_at.ended_on IS NULL OR disposed_at.ended_on > coalesce(disposal.current_final_on, DATE '9999-12-31'))

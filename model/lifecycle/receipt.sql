-- function: receipt
-- grain: one row per case that counts
-- why: the sources hold several dates and which of them is the receipt follows from the type of case. The earliest valid one
--      counts; valid is a day that is not after the first hearing. It does not depend on the day that is asked about, so that an age
--      never jumps. A case that was transferred, severed or tried again leads to its original by the number that it names, or by a link
-- rules: receipt_sent 1, receipt_sending_result 2, receipt_committed 1, receipt_committal_result 2, receipt_lodged 1,
--        receipt_received 1, receipt_severed 1, receipt_inherited 2, receipt_first_hearing 1, receipt_unknown 1
WITH retrial AS (
  SELECT counted_case.case_id
  FROM lifecycle.counted_case
  WHERE counted_case.retrial
  UNION
  SELECT case_link.to_case_id AS case_id
  FROM onecrown.case_link
  WHERE case_link.relation_code = 'retrial'
),
severed AS (
  SELECT counted_case.case_id
  FROM lifecycle.counted_case
  WHERE counted_case.is_severed
  UNION
  SELECT case_link.to_case_id AS case_id
  FROM onecrown.case_link
  WHERE case_link.relation_code = 'severed'
    AND case_link.from_case_id <> case_link.to_case_id
),
telling AS (
  SELECT counted_case.case_id, counted_case.case_id AS telling_case_id
  FROM lifecycle.counted_case
  UNION
  SELECT case_link.to_case_id AS case_id, case_link.from_case_id AS telling_case_id
  FROM onecrown.case_link
  WHERE case_link.relation_code = 'sent'
    AND case_link.to_case_id NOT IN (SELECT retrial.case_id FROM retrial)
),
told_result AS (
  SELECT
    telling.case_id,
    min(CASE WHEN result.result_code IN (:sent_codes) THEN result.result_on END) AS sent_on,
    min(CASE WHEN result.result_code IN (:committed_codes) THEN result.result_on END) AS committed_on
  FROM telling
  JOIN onecrown.result
    ON result.case_id = telling.telling_case_id
  WHERE result.result_code IN (:sent_codes) OR result.result_code IN (:committed_codes)
  GROUP BY telling.case_id
),
kind AS (
  SELECT
    counted_case.case_id,
    CASE
      WHEN counted_case.jurisdiction_code = 'magistrates' THEN 'magistrates'
      WHEN counted_case.case_type_code = 'appeal' OR counted_case.receipt_type_code = 'appeal' THEN 'appeal'
      WHEN counted_case.case_type_code = 'committal_for_sentence'
        OR counted_case.receipt_type_code IN ('committal_for_sentence', 'committal_after_breach', 'bring_back') THEN 'sentence'
      ELSE 'trial'
    END AS kind_code,
    counted_case.received_on,
    counted_case.sent_on,
    counted_case.committed_on,
    counted_case.entered_on,
    told_result.sent_on AS sending_result_on,
    told_result.committed_on AS committal_result_on,
    first_hearing.first_hearing_on
  FROM lifecycle.counted_case
  LEFT JOIN told_result
    ON told_result.case_id = counted_case.case_id
  LEFT JOIN lifecycle.first_hearing
    ON first_hearing.case_id = counted_case.case_id
),
rung AS (
  SELECT kind.case_id, 1 AS place, kind.sent_on AS receipt_on, :rule_receipt_sent AS decided_by
  FROM kind
  WHERE kind.kind_code = 'trial'
  UNION ALL
  SELECT kind.case_id, 2 AS place, kind.sending_result_on AS receipt_on, :rule_receipt_sending_result AS decided_by
  FROM kind
  WHERE kind.kind_code = 'trial'
  UNION ALL
  SELECT kind.case_id, 3 AS place, kind.committed_on AS receipt_on, :rule_receipt_committed AS decided_by
  FROM kind
  WHERE kind.kind_code IN ('trial', 'sentence')
  UNION ALL
  SELECT kind.case_id, 4 AS place, kind.committal_result_on AS receipt_on, :rule_receipt_committal_result AS decided_by
  FROM kind
  WHERE kind.kind_code IN ('trial', 'sentence')
  UNION ALL
  SELECT kind.case_id, 5 AS place, kind.received_on AS receipt_on, :rule_receipt_lodged AS decided_by
  FROM kind
  WHERE kind.kind_code = 'appeal'
  UNION ALL
  SELECT kind.case_id, 6 AS place, kind.received_on AS receipt_on, :rule_receipt_received AS decided_by
  FROM kind
  WHERE kind.kind_code <> 'appeal'
),
told AS (
  SELECT
    rung.case_id,
    min(rung.receipt_on) AS receipt_on,
    min_by(rung.decided_by, CAST(rung.receipt_on AS varchar) || CAST(rung.place AS varchar)) AS decided_by
  FROM rung
  JOIN kind
    ON kind.case_id = rung.case_id
  WHERE rung.receipt_on <= coalesce(kind.first_hearing_on, rung.receipt_on)
  GROUP BY rung.case_id
),
own AS (
  SELECT
    kind.case_id,
    coalesce(told.receipt_on, kind.first_hearing_on) AS receipt_on,
    CASE
      WHEN told.receipt_on IS NOT NULL THEN told.decided_by
      WHEN kind.first_hearing_on IS NOT NULL THEN :rule_receipt_first_hearing
      ELSE :rule_receipt_unknown
    END AS decided_by,
    told.receipt_on IS NULL AND kind.first_hearing_on IS NOT NULL AS is_inferred
  FROM kind
  LEFT JOIN told
    ON told.case_id = kind.case_id
),
named_original AS (
  SELECT counted_case.case_id, earlier.case_id AS original_case_id
  FROM lifecycle.counted_case
  JOIN lifecycle.counted_case AS earlier
    ON earlier.source_system = counted_case.source_system
    AND earlier.source_case_id = counted_case.original_source_case_id
    AND earlier.case_id <> counted_case.case_id
  UNION
  SELECT case_link.to_case_id AS case_id, case_link.from_case_id AS original_case_id
  FROM onecrown.case_link
  WHERE case_link.relation_code IN ('severed', 'transferred', 'retrial')
    AND case_link.from_case_id <> case_link.to_case_id
),
original AS (
  SELECT
    named_original.case_id,
    min(own.receipt_on) AS original_receipt_on,
    min_by(own.is_inferred, own.receipt_on) AS is_inferred
  FROM named_original
  JOIN own
    ON own.case_id = named_original.original_case_id
  GROUP BY named_original.case_id
),
continued AS (
  SELECT original.case_id, original.original_receipt_on, original.is_inferred
  FROM original
  WHERE original.case_id NOT IN (SELECT retrial.case_id FROM retrial)
),
settled AS (
  SELECT
    own.case_id,
    CASE WHEN earlier.case_id IS NOT NULL THEN earlier.original_receipt_on ELSE own.receipt_on END AS receipt_on,
    CASE WHEN earlier.case_id IS NOT NULL THEN earlier.is_inferred ELSE own.is_inferred END AS is_inferred,
    original.original_receipt_on,
    severed.case_id IS NULL AND continued.case_id IS NULL AS is_new,
    CASE WHEN severed.case_id IS NOT NULL THEN kind.entered_on END AS severed_on,
    CASE
      WHEN earlier.case_id IS NOT NULL AND severed.case_id IS NOT NULL THEN :rule_receipt_severed
      WHEN earlier.case_id IS NOT NULL THEN :rule_receipt_inherited
      ELSE own.decided_by
    END AS decided_by
  FROM own
  JOIN kind
    ON kind.case_id = own.case_id
  LEFT JOIN severed
    ON severed.case_id = own.case_id
  LEFT JOIN original
    ON original.case_id = own.case_id
  LEFT JOIN continued
    ON continued.case_id = own.case_id
  LEFT JOIN continued AS earlier
    ON earlier.case_id = own.case_id
    AND earlier.original_receipt_on < coalesce(own.receipt_on, DATE '9999-12-31')
)
SELECT
  settled.case_id,
  settled.receipt_on,
  settled.is_inferred,
  settled.original_receipt_on,
  settled.is_new,
  CASE
    WHEN settled.severed_on > settled.receipt_on THEN settled.severed_on
    ELSE coalesce(settled.receipt_on, kind.entered_on, kind.sending_result_on, kind.committal_result_on)
  END AS stands_from_on,
  settled.decided_by
FROM settled
JOIN kind
  ON kind.case_id = settled.case_id

-- function: receipt
-- grain: one row per case that counts
-- why: the sources hold several dates and which of them is the receipt follows from the type of case. The earliest valid one
--      counts; valid is a day that is not after the first hearing. It does not depend on the day that is asked about, so that an age
--      never jumps. A case that was transferred, severed or tried again leads to its original by the number that it names, or by a
--      link. Each part is named once or twice: Trino plans it anew wherever it is named, and gives up where that is often
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
valid AS (
  SELECT
    kind.case_id,
    kind.entered_on,
    kind.sending_result_on,
    kind.committal_result_on,
    kind.first_hearing_on,
    CASE
      WHEN kind.kind_code = 'trial' AND kind.sent_on <= coalesce(kind.first_hearing_on, kind.sent_on) THEN kind.sent_on
    END AS sent_on,
    CASE
      WHEN kind.kind_code = 'trial'
        AND kind.sending_result_on <= coalesce(kind.first_hearing_on, kind.sending_result_on) THEN kind.sending_result_on
    END AS told_sent_on,
    CASE
      WHEN kind.kind_code IN ('trial', 'sentence')
        AND kind.committed_on <= coalesce(kind.first_hearing_on, kind.committed_on) THEN kind.committed_on
    END AS committed_on,
    CASE
      WHEN kind.kind_code IN ('trial', 'sentence')
        AND kind.committal_result_on <= coalesce(kind.first_hearing_on, kind.committal_result_on) THEN kind.committal_result_on
    END AS told_committed_on,
    CASE
      WHEN kind.kind_code = 'appeal' AND kind.received_on <= coalesce(kind.first_hearing_on, kind.received_on) THEN kind.received_on
    END AS lodged_on,
    CASE
      WHEN kind.kind_code <> 'appeal' AND kind.received_on <= coalesce(kind.first_hearing_on, kind.received_on) THEN kind.received_on
    END AS received_on
  FROM kind
),
told AS (
  SELECT
    valid.case_id,
    valid.entered_on,
    valid.sending_result_on,
    valid.committal_result_on,
    valid.first_hearing_on,
    valid.sent_on,
    valid.told_sent_on,
    valid.committed_on,
    valid.told_committed_on,
    valid.lodged_on,
    nullif(
      least(
        coalesce(valid.sent_on, DATE '9999-12-31'),
        coalesce(valid.told_sent_on, DATE '9999-12-31'),
        coalesce(valid.committed_on, DATE '9999-12-31'),
        coalesce(valid.told_committed_on, DATE '9999-12-31'),
        coalesce(valid.lodged_on, DATE '9999-12-31'),
        coalesce(valid.received_on, DATE '9999-12-31')
      ),
      DATE '9999-12-31'
    ) AS receipt_on
  FROM valid
),
own AS (
  SELECT
    told.case_id,
    told.entered_on,
    coalesce(told.sending_result_on, told.committal_result_on) AS result_on,
    coalesce(told.receipt_on, told.first_hearing_on) AS receipt_on,
    CASE told.receipt_on
      WHEN told.sent_on THEN :rule_receipt_sent
      WHEN told.told_sent_on THEN :rule_receipt_sending_result
      WHEN told.committed_on THEN :rule_receipt_committed
      WHEN told.told_committed_on THEN :rule_receipt_committal_result
      WHEN told.lodged_on THEN :rule_receipt_lodged
      ELSE CASE
        WHEN told.receipt_on IS NOT NULL THEN :rule_receipt_received
        WHEN told.first_hearing_on IS NOT NULL THEN :rule_receipt_first_hearing
        ELSE :rule_receipt_unknown
      END
    END AS decided_by,
    told.receipt_on IS NULL AND told.first_hearing_on IS NOT NULL AS is_inferred
  FROM told
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
settled AS (
  SELECT
    own.case_id,
    own.entered_on,
    own.result_on,
    own.receipt_on AS own_receipt_on,
    own.is_inferred AS own_is_inferred,
    own.decided_by AS own_decided_by,
    original.original_receipt_on,
    original.is_inferred AS original_is_inferred,
    severed.case_id IS NOT NULL AS is_severed,
    original.case_id IS NOT NULL AND retrial.case_id IS NULL AS is_continued,
    original.case_id IS NOT NULL AND retrial.case_id IS NULL
      AND original.original_receipt_on < coalesce(own.receipt_on, DATE '9999-12-31') AS is_earlier
  FROM own
  LEFT JOIN severed
    ON severed.case_id = own.case_id
  LEFT JOIN original
    ON original.case_id = own.case_id
  LEFT JOIN retrial
    ON retrial.case_id = own.case_id
),
counted AS (
  SELECT
    settled.case_id,
    CASE WHEN settled.is_earlier THEN settled.original_receipt_on ELSE settled.own_receipt_on END AS receipt_on,
    CASE WHEN settled.is_earlier THEN settled.original_is_inferred ELSE settled.own_is_inferred END AS is_inferred,
    settled.original_receipt_on,
    NOT settled.is_severed AND NOT settled.is_continued AS is_new,
    CASE WHEN settled.is_severed THEN settled.entered_on END AS severed_on,
    settled.entered_on,
    settled.result_on,
    CASE
      WHEN settled.is_earlier AND settled.is_severed THEN :rule_receipt_severed
      WHEN settled.is_earlier THEN :rule_receipt_inherited
      ELSE settled.own_decided_by
    END AS decided_by
  FROM settled
)
SELECT
  counted.case_id,
  counted.receipt_on,
  counted.is_inferred,
  counted.original_receipt_on,
  counted.is_new,
  CASE
    WHEN counted.severed_on > counted.receipt_on THEN counted.severed_on
    ELSE coalesce(counted.receipt_on, counted.entered_on, counted.result_on)
  END AS stands_from_on,
  counted.decided_by
FROM counted

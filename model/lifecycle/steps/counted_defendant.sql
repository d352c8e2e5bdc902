-- step: counted_defendant
-- grain: one row per defendant of a case that counts
-- why: the defendants of suppressed records are the same people again
SELECT
  defendant.defendant_id,
  defendant.case_id
FROM onecrown.defendant
JOIN lifecycle.counted_case
  ON counted_case.case_id = defendant.case_id
LEFT JOIN lifecycle.counted_record AS suppressed
  ON suppressed.case_id = defendant.case_id
  AND suppressed.source_dataset = defendant.source_dataset
  AND suppressed.unit_id = defendant.unit_id
  AND NOT suppressed.is_survivor
WHERE suppressed.case_id IS NULL

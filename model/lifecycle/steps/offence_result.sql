-- step: offence_result
-- grain: one row per result and charge that it concerns, up to the day
-- why: a result on a charge concerns it alone, one on a defendant all his charges, any other result all charges of the case
SELECT
  counted_offence.offence_id,
  counted_offence.defendant_id,
  counted_offence.case_id,
  'offence' AS concerns,
  dated_result.result_id,
  dated_result.result_code,
  dated_result.result_source_code,
  dated_result.result_on,
  dated_result.amended_on,
  dated_result.is_final
FROM lifecycle.dated_result
JOIN lifecycle.counted_offence
  ON counted_offence.offence_id = dated_result.offence_id
WHERE dated_result.owner_kind_code = 'offence'
UNION ALL
SELECT
  counted_offence.offence_id,
  counted_offence.defendant_id,
  counted_offence.case_id,
  'defendant' AS concerns,
  dated_result.result_id,
  dated_result.result_code,
  dated_result.result_source_code,
  dated_result.result_on,
  dated_result.amended_on,
  dated_result.is_final
FROM lifecycle.dated_result
JOIN lifecycle.counted_offence
  ON counted_offence.defendant_id = dated_result.defendant_id
WHERE dated_result.owner_kind_code IN ('defendant', 'hearing_defendant')
UNION ALL
SELECT
  counted_offence.offence_id,
  counted_offence.defendant_id,
  counted_offence.case_id,
  'case' AS concerns,
  dated_result.result_id,
  dated_result.result_code,
  dated_result.result_source_code,
  dated_result.result_on,
  dated_result.amended_on,
  dated_result.is_final
FROM lifecycle.dated_result
JOIN lifecycle.counted_offence
  ON counted_offence.case_id = dated_result.case_id
WHERE dated_result.owner_kind_code IN ('application', 'application_offence')

-- step: dated_result
-- grain: one row per result made up to the day, with its owner
-- why: a result is known from the day on which the court made it. One without a date decides nothing. Whether it is final is
--      what the source says, else what its code says
SELECT
  result.result_id,
  coalesce(result.case_id, application.case_id) AS case_id,
  result.owner_kind_code,
  result.defendant_id,
  result.offence_id,
  result.result_code,
  result.result_source_code,
  result.result_on,
  result.amended_on,
  result.post_hearing_custody_code,
  coalesce(result.is_final, result.result_code IN (:final_codes), false) AS is_final
FROM onecrown.result
LEFT JOIN onecrown.application
  ON application.application_id = result.application_id
WHERE result.result_on <= :as_at

-- step: remand_observed
-- grain: one row per defendant and day on which a source told a remand status
-- why: the order of seriousness is said here, once: custody, secure or local authority care, conditional bail, bail of a kind not
--      told, unconditional bail, re-arrest, not applicable. Of several statuses on one day the most serious stands
-- rules: remand_result 1, remand_record 1, remand_committal 1
WITH told AS (
  SELECT
    counted_defendant.defendant_id,
    counted_defendant.case_id,
    dated_result.result_on AS observed_on,
    dated_result.post_hearing_custody_code AS remand_code,
    :rule_remand_result AS decided_by
  FROM lifecycle.dated_result
  LEFT JOIN lifecycle.counted_offence
    ON counted_offence.offence_id = dated_result.offence_id
  JOIN lifecycle.counted_defendant
    ON counted_defendant.defendant_id = coalesce(dated_result.defendant_id, counted_offence.defendant_id)
  WHERE dated_result.post_hearing_custody_code <> 'not_applicable'
  UNION ALL
  SELECT
    counted_defendant.defendant_id,
    counted_defendant.case_id,
    CAST(at_timezone(remand_status.remand_at, 'Europe/London') AS DATE) AS observed_on,
    remand_status.remand_code,
    :rule_remand_record AS decided_by
  FROM onecrown.remand_status
  JOIN lifecycle.counted_defendant
    ON counted_defendant.defendant_id = remand_status.defendant_id
  WHERE remand_status.remand_code IS NOT NULL
  UNION ALL
  SELECT
    counted_defendant.defendant_id,
    counted_defendant.case_id,
    remand_status.committal_on AS observed_on,
    remand_status.committal_remand_code AS remand_code,
    :rule_remand_committal AS decided_by
  FROM onecrown.remand_status
  JOIN lifecycle.counted_defendant
    ON counted_defendant.defendant_id = remand_status.defendant_id
  WHERE remand_status.committal_remand_code <> 'not_applicable'
    AND remand_status.committal_on IS NOT NULL
),
ranked AS (
  SELECT
    told.defendant_id,
    told.case_id,
    told.observed_on,
    told.remand_code,
    told.decided_by,
    CASE told.remand_code
      WHEN 'custody' THEN 1
      WHEN 'secure_accommodation' THEN 2
      WHEN 'local_authority_care' THEN 3
      WHEN 'conditional_bail_pre_release' THEN 4
      WHEN 'conditional_bail' THEN 5
      WHEN 'bail' THEN 6
      WHEN 'unconditional_bail' THEN 7
      WHEN 'rearrested' THEN 8
      ELSE 9
    END AS seriousness_rank
  FROM told
  WHERE told.observed_on <= :as_at
)
SELECT
  ranked.defendant_id,
  ranked.case_id,
  ranked.observed_on,
  min(ranked.seriousness_rank) AS seriousness_rank,
  min_by(ranked.remand_code, ranked.seriousness_rank) AS remand_code,
  min_by(ranked.decided_by, CAST(ranked.seriousness_rank AS varchar) || ranked.decided_by) AS decided_by
FROM ranked
GROUP BY ranked.defendant_id, ranked.case_id, ranked.observed_on

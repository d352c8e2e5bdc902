-- unit: counted_defendant
-- why: timeliness and pleas count defendants, each with his own day of completion and the charge that took longest
WITH telling AS (
  SELECT counted_case.case_id, counted_case.case_id AS telling_case_id
  FROM lifecycle.counted_case
  UNION
  SELECT case_link.to_case_id AS case_id, case_link.from_case_id AS telling_case_id
  FROM onecrown.case_link
  WHERE case_link.relation_code = 'sent'
),
charged AS (
  SELECT
    counted_offence.defendant_id,
    min(counted_offence.charged_on) AS charged_on,
    max(CASE WHEN plea.plea_code IN (:guilty_pleas) THEN 1 ELSE 0 END) AS guilty_rank,
    max(CASE WHEN plea.plea_code IN (:recorded_pleas) THEN 1 ELSE 0 END) AS recorded_rank,
    min(CASE WHEN plea.plea_code IN (:guilty_pleas) THEN plea.plea_on END) AS guilty_plea_on,
    max(CASE WHEN plea.plea_code IN (:late_pleas) THEN 1 ELSE 0 END) AS late_rank
  FROM lifecycle.counted_offence
  LEFT JOIN onecrown.plea
    ON plea.offence_id = counted_offence.offence_id
  GROUP BY counted_offence.defendant_id
),
heard AS (
  SELECT
    counted_defendant.defendant_id,
    min(counted_hearing_day.hearing_on) AS first_listed_on,
    min(CASE WHEN counted_hearing_day.jurisdiction_code = 'crown' THEN counted_hearing_day.hearing_on END) AS first_crown_on,
    min(
      CASE
        WHEN counted_hearing_day.jurisdiction_code = 'crown' AND counted_hearing_day.hearing_type_code IN (:main_hearings)
          THEN counted_hearing_day.hearing_on
      END
    ) AS main_hearing_on
  FROM lifecycle.counted_defendant
  JOIN telling
    ON telling.case_id = counted_defendant.case_id
  JOIN lifecycle.counted_hearing_day
    ON counted_hearing_day.case_id = telling.telling_case_id
  GROUP BY counted_defendant.defendant_id
),
completed AS (
  SELECT
    defendant_state.defendant_id,
    defendant_state.concluded_on
  FROM lifecycle.defendant_state
),
longest AS (
  SELECT
    principal_offence_duration.defendant_id,
    principal_offence_duration.offence_group_code,
    principal_offence_duration.charged_on,
    offence.offence_start_on
  FROM lifecycle.principal_offence_duration
  JOIN onecrown.offence
    ON offence.offence_id = principal_offence_duration.offence_id
)
SELECT
  defendant.defendant_id,
  defendant.case_id,
  CASE WHEN defendant.is_organisation THEN 'organisation' ELSE coalesce(defendant.sex_code, 'not_known') END AS sex_code,
  CASE WHEN defendant.is_organisation THEN 'organisation' ELSE coalesce(defendant.self_defined_ethnicity_code, 'not_known') END
    AS ethnicity_code,
  CASE WHEN defendant.is_organisation THEN 'organisation' ELSE coalesce(defendant.age_band_code, 'not_known') END AS age_band_code,
  coalesce(longest.offence_group_code, '13') AS offence_group_duration_code,
  CASE
    WHEN remand_as_at.remand_code IN (:custody_remands) THEN 'custody'
    WHEN remand_as_at.remand_code IN (:bail_remands) THEN 'bail'
    ELSE 'not_known'
  END AS remand_code,
  longest.offence_start_on AS offence_on,
  coalesce(longest.charged_on, charged.charged_on) AS charged_on,
  heard.first_listed_on,
  heard.main_hearing_on,
  completed.concluded_on AS completed_on,
  coalesce(charged.recorded_rank, 0) = 1 AS has_plea,
  coalesce(charged.guilty_rank, 0) = 1 AS pleaded_guilty,
  CASE
    WHEN coalesce(charged.guilty_rank, 0) = 0 THEN 'none'
    WHEN charged.late_rank = 1 THEN 'late'
    WHEN charged.guilty_plea_on IS NULL OR heard.first_crown_on IS NULL THEN 'not_known'
    WHEN charged.guilty_plea_on <= heard.first_crown_on THEN 'early'
    ELSE 'late'
  END AS plea_timing_code,
  coalesce(court_stay.court_code, 'not_known') AS completion_court_code,
  :region_of(court_stay.court_code) AS completion_region_code
FROM lifecycle.counted_defendant
JOIN onecrown.defendant
  ON defendant.defendant_id = counted_defendant.defendant_id
LEFT JOIN charged
  ON charged.defendant_id = defendant.defendant_id
LEFT JOIN heard
  ON heard.defendant_id = defendant.defendant_id
LEFT JOIN completed
  ON completed.defendant_id = defendant.defendant_id
LEFT JOIN longest
  ON longest.defendant_id = defendant.defendant_id
LEFT JOIN lifecycle.remand_as_at
  ON remand_as_at.defendant_id = defendant.defendant_id
LEFT JOIN lifecycle.court_stay
  ON court_stay.case_id = counted_defendant.case_id
  AND court_stay.begun_on <= coalesce(completed.concluded_on, DATE '9999-12-31')
  AND (court_stay.ended_on IS NULL OR court_stay.ended_on > coalesce(completed.concluded_on, DATE '9999-12-31'))

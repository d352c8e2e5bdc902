-- entity: defendant
-- grain: one row per defendant on a case
-- why: a subject is a person at one court centre; a defendant is that person on one case, so both records make the row.
--      The age is that on the day on which the case was concluded, until then on the London date of the extract that the row is
--      taken from, never that at the run: extracts go on telling of a case for years, and its defendants must not grow older
WITH on_case AS (
  SELECT
    case_subject.key,
    subject.born_on,
    CASE
      WHEN "case".concluded_on < CAST(case_subject.event_at AT TIME ZONE 'Europe/London' AS DATE) THEN "case".concluded_on
      ELSE CAST(case_subject.event_at AT TIME ZONE 'Europe/London' AS DATE)
    END AS event_on
  FROM case_subject
  JOIN subject ON subject.key = case_subject.subject_key
  JOIN "case" ON "case".key = case_subject.case_key
),
aged AS (
  SELECT
    on_case.key,
    EXTRACT(YEAR FROM on_case.event_on) - EXTRACT(YEAR FROM on_case.born_on)
    - CASE
        WHEN EXTRACT(MONTH FROM on_case.event_on) * 100 + EXTRACT(DAY FROM on_case.event_on)
          < EXTRACT(MONTH FROM on_case.born_on) * 100 + EXTRACT(DAY FROM on_case.born_on) THEN 1
        ELSE 0
      END AS age_years
  FROM on_case
)
SELECT
  case_subject.unit_id,
  'case_subject' AS from_type,
  case_subject.key AS from_key,
  entity_id('defendant', case_subject.key) AS defendant_id,
  entity_id('court_case', case_subject.case_key) AS case_id,
  entity_id('person', subject.key) AS master_defendant_id,
  coalesce(subject.sex = 'C', FALSE) AS is_organisation,
  sex_code.standard_code AS sex_code,
  subject.sex AS sex_source_code,
  self_defined_code.standard_code AS self_defined_ethnicity_code,
  case_subject.self_defined_ethnicity AS self_defined_ethnicity_source_code,
  observed_code.standard_code AS observed_ethnicity_code,
  coalesce(case_subject.observed_ethnicity, subject.ethnic_appearance) AS observed_ethnicity_source_code,
  CAST(EXTRACT(YEAR FROM subject.born_on) AS INTEGER) AS birth_year,
  CASE
    WHEN subject.sex = 'C' THEN NULL
    WHEN aged.age_years BETWEEN 10 AND 17 THEN '10_to_17'
    WHEN aged.age_years BETWEEN 18 AND 24 THEN '18_to_24'
    WHEN aged.age_years BETWEEN 25 AND 39 THEN '25_to_39'
    WHEN aged.age_years BETWEEN 40 AND 59 THEN '40_to_59'
    WHEN aged.age_years BETWEEN 60 AND 110 THEN '60_and_over'
    ELSE 'not_known'
  END AS age_band_code,
  CASE
    WHEN case_subject.juvenile IN ('Y', '1') THEN TRUE
    WHEN case_subject.juvenile IN ('N', '0') THEN FALSE
  END AS is_youth,
  CASE
    WHEN case_subject.asn IS NULL THEN 'absent'
    WHEN regexp_matches(regexp_replace(upper(case_subject.asn), '[/ ]', '', 'g'), '^[0-9]{2}00[NP]P') THEN 'placeholder'
    WHEN regexp_matches(
      regexp_replace(upper(case_subject.asn), '[/ ]', '', 'g'),
      '^[0-9]{2}[A-Z0-9]{4,5}[0-9]{2}[0-9]{11}[A-Z]$'
    ) THEN 'valid'
    ELSE 'malformed'
  END AS asn_standing_code,
  case_subject.nationality AS nationality_code,
  CAST(case_subject.defendant_number AS INTEGER) AS defendant_number
FROM case_subject
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = case_subject.case_key
LEFT JOIN aged ON aged.key = case_subject.key
LEFT JOIN crosswalk.gender AS sex_code
  ON sex_code.list = 'SEX' AND sex_code.source_code = subject.sex
LEFT JOIN crosswalk.ethnicity AS self_defined_code
  ON self_defined_code.list = 'ETHNIC_CLASSIFICATION'
  AND self_defined_code.source_code = case_subject.self_defined_ethnicity
LEFT JOIN crosswalk.observed_ethnicity AS observed_code
  ON observed_code.list = 'ETHNIC_APPEARANCE'
  AND observed_code.source_code = coalesce(case_subject.observed_ethnicity, subject.ethnic_appearance)

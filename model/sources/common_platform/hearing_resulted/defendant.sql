-- entity: defendant
-- grain: one row per defendant on a case
-- why: the defendant as the latest share shows them; the age is that on the London date of that share
WITH day_of_share AS (
  SELECT
    key,
    CAST(event_at AT TIME ZONE 'Europe/London' AS DATE) AS shared_on
  FROM defendant
),
defendant_with_age AS (
  SELECT
    defendant.key,
    year(day_of_share.shared_on) - year(defendant.birth_on)
      - CASE
        WHEN month(day_of_share.shared_on) * 100 + day(day_of_share.shared_on)
          < month(defendant.birth_on) * 100 + day(defendant.birth_on) THEN 1
        ELSE 0
      END AS age_years
  FROM defendant
  JOIN day_of_share ON day_of_share.key = defendant.key
)
SELECT
  d.unit_id,
  'defendant' AS from_type,
  d.key AS from_key,
  entity_id('defendant', d.key) AS defendant_id,
  entity_id('court_case', d.case_key) AS case_id,
  entity_id('person', d.master_defendant_id) AS master_defendant_id,
  d.organisation_name IS NOT NULL AND d.last_name IS NULL AS is_organisation,
  gender.standard_code AS sex_code,
  d.sex AS sex_source_code,
  ethnicity.standard_code AS self_defined_ethnicity_code,
  d.self_defined_ethnicity AS self_defined_ethnicity_source_code,
  observed_ethnicity.standard_code AS observed_ethnicity_code,
  d.observed_ethnicity AS observed_ethnicity_source_code,
  CAST(year(d.birth_on) AS INTEGER) AS birth_year,
  CASE
    WHEN d.organisation_name IS NOT NULL AND d.last_name IS NULL THEN NULL
    WHEN defendant_with_age.age_years BETWEEN 10 AND 17 THEN '10_to_17'
    WHEN defendant_with_age.age_years BETWEEN 18 AND 24 THEN '18_to_24'
    WHEN defendant_with_age.age_years BETWEEN 25 AND 39 THEN '25_to_39'
    WHEN defendant_with_age.age_years BETWEEN 40 AND 59 THEN '40_to_59'
    WHEN defendant_with_age.age_years BETWEEN 60 AND 110 THEN '60_and_over'
    ELSE 'not_known'
  END AS age_band_code,
  d.is_youth,
  CASE
    WHEN d.asn IS NULL THEN 'absent'
    WHEN regexp_matches(d.asn, '^0800[NP]P') THEN 'placeholder'
    WHEN regexp_matches(replace(d.asn, '/', ''), '^[0-9]{2}[A-Z0-9]{4}[0-9]{2}[0-9]{11}[A-HJ-NP-RT-Z]$') THEN 'valid'
    ELSE 'malformed'
  END AS asn_standing_code,
  d.nationality_code,
  hearing_language.standard_code AS hearing_language_code,
  d.hearing_language AS hearing_language_source_code,
  d.proceedings_concluded
FROM defendant AS d
JOIN defendant_with_age ON defendant_with_age.key = d.key
JOIN "case" AS c ON c.key = d.case_key
LEFT JOIN crosswalk.gender AS gender ON gender.list = 'gender' AND gender.source_code = d.sex
LEFT JOIN crosswalk.ethnicity AS ethnicity
  ON ethnicity.list = 'selfDefinedEthnicityCode' AND ethnicity.source_code = d.self_defined_ethnicity
LEFT JOIN crosswalk.observed_ethnicity AS observed_ethnicity
  ON observed_ethnicity.list = 'observedEthnicityCode' AND observed_ethnicity.source_code = d.observed_ethnicity
LEFT JOIN crosswalk.language AS hearing_language
  ON hearing_language.list = 'hearingLanguage' AND hearing_language.source_code = d.hearing_language

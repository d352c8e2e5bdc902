-- entity: defendant
-- grain: one row per defendant of a migrated case
-- why: the latest submission of the defendant stands; the age is that on the London day of the extract, never of the run
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('defendant', defendant.key) AS defendant_id,
  entity_id('court_case', defendant.case_key) AS case_id,
  defendant.organisation_name IS NOT NULL AND defendant.last_name IS NULL AS is_organisation,
  gender.standard_code AS sex_code,
  defendant.gender AS sex_source_code,
  ethnicity.standard_code AS self_defined_ethnicity_code,
  defendant.self_defined_ethnicity AS self_defined_ethnicity_source_code,
  observed_ethnicity.standard_code AS observed_ethnicity_code,
  defendant.observed_ethnicity AS observed_ethnicity_source_code,
  CAST(year(defendant.birth_on) AS INTEGER) AS birth_year,
  CASE
    WHEN defendant.birth_on IS NULL THEN 'not_known'
    WHEN defendant_age.years BETWEEN 10 AND 17 THEN '10_to_17'
    WHEN defendant_age.years BETWEEN 18 AND 24 THEN '18_to_24'
    WHEN defendant_age.years BETWEEN 25 AND 39 THEN '25_to_39'
    WHEN defendant_age.years BETWEEN 40 AND 59 THEN '40_to_59'
    WHEN defendant_age.years BETWEEN 60 AND 110 THEN '60_and_over'
    ELSE 'not_known'
  END AS age_band_code,
  CASE
    WHEN defendant.asn IS NULL THEN 'absent'
    WHEN regexp_matches(upper(defendant.asn), '^(ASN|TFL|TEST.*|0+[A-Z]?)$') THEN 'placeholder'
    WHEN regexp_matches(
      replace(replace(upper(defendant.asn), '/', ''), ' ', ''), '^[0-9]{2}[A-Z0-9]{4,7}[0-9]{1,13}[A-HJ-NP-RT-Z]$'
    ) THEN 'valid'
    ELSE 'malformed'
  END AS asn_standing_code,
  defendant.nationality AS nationality_code,
  hearing_language.standard_code AS hearing_language_code,
  defendant.hearing_language AS hearing_language_source_code
FROM defendant
JOIN (
  SELECT
    aged.key,
    year(aged.extracted_on) - year(aged.birth_on)
    - CASE
      WHEN month(aged.extracted_on) * 100 + day(aged.extracted_on) < month(aged.birth_on) * 100 + day(aged.birth_on) THEN 1
      ELSE 0
    END AS years
  FROM (
    SELECT
      defendant.key,
      defendant.birth_on,
      CAST(defendant.event_at AT TIME ZONE 'Europe/London' AS DATE) AS extracted_on
    FROM defendant
  ) AS aged
) AS defendant_age
  ON defendant_age.key = defendant.key
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key
LEFT JOIN crosswalk.gender AS gender
  ON gender.list = 'gender' AND gender.source_code = upper(defendant.gender)
LEFT JOIN crosswalk.ethnicity AS ethnicity
  ON ethnicity.list = 'selfDefinedEthnicityCode' AND ethnicity.source_code = upper(defendant.self_defined_ethnicity)
LEFT JOIN crosswalk.observed_ethnicity AS observed_ethnicity
  ON observed_ethnicity.list = 'observedEthnicityCode' AND observed_ethnicity.source_code = defendant.observed_ethnicity
LEFT JOIN crosswalk.language AS hearing_language
  ON hearing_language.list = 'hearingLanguage' AND hearing_language.source_code = upper(defendant.hearing_language)

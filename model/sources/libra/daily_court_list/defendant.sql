-- entity: defendant
-- grain: one row per defendant of a listed case
-- why: the latest list with the defendant stands; the age is that on the day of the list by the date of birth, not the age shown
WITH dated AS (
  SELECT
    defendant.key,
    defendant.birth_on,
    coalesce(
      TRY_CAST(defendant.listed_on AS DATE), CAST(defendant.event_at AT TIME ZONE 'Europe/London' AS DATE)
    ) AS event_on
  FROM defendant
),
defendant_age AS (
  SELECT
    dated.key,
    year(dated.event_on) - year(dated.birth_on)
    - CASE
      WHEN month(dated.event_on) * 100 + day(dated.event_on) < month(dated.birth_on) * 100 + day(dated.birth_on) THEN 1
      ELSE 0
    END AS years
  FROM dated
)
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('defendant', defendant.key) AS defendant_id,
  entity_id('court_case', defendant.case_key) AS case_id,
  coalesce(defendant.kind, 'P') = 'O' AS is_organisation,
  gender.standard_code AS sex_code,
  coalesce(defendant.sex, defendant.kind) AS sex_source_code,
  CAST(year(defendant.birth_on) AS INTEGER) AS birth_year,
  CASE
    WHEN defendant_age.years BETWEEN 10 AND 17 THEN '10_to_17'
    WHEN defendant_age.years BETWEEN 18 AND 24 THEN '18_to_24'
    WHEN defendant_age.years BETWEEN 25 AND 39 THEN '25_to_39'
    WHEN defendant_age.years BETWEEN 40 AND 59 THEN '40_to_59'
    WHEN defendant_age.years BETWEEN 60 AND 110 THEN '60_and_over'
    ELSE 'not_known'
  END AS age_band_code,
  CASE
    WHEN defendant.asn IS NULL THEN 'absent'
    WHEN regexp_matches(
      replace(replace(defendant.asn, '/', ''), ' ', ''),
      '^(0800[NP]P|[0-9]{4}NRPR|[0-9]{2}(12LN00|00NP00|6300|06SS|00XX|50(11|12|21|41|42|43|OF|SJ)))'
    ) THEN 'placeholder'
    WHEN regexp_matches(
      replace(replace(defendant.asn, '/', ''), ' ', ''), '^[0-9]{2}[A-Z0-9]{6,7}[0-9]{11}[A-HJ-NP-RT-Z]$'
    ) THEN 'valid'
    ELSE 'malformed'
  END AS asn_standing_code,
  defendant.nationality AS nationality_code
FROM defendant
JOIN defendant_age ON defendant_age.key = defendant.key
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key
LEFT JOIN crosswalk.gender AS gender
  ON gender.list = CASE WHEN defendant.sex IS NULL THEN 'def_type' ELSE 'def_sex' END
  AND gender.source_code = coalesce(defendant.sex, defendant.kind)

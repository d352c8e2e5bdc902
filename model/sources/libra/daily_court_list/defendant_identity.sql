-- entity: defendant_identity
-- grain: one row per defendant of a listed case
-- why: older lists only show a name with its title; its last word is then read as the family name
WITH named AS (
  SELECT
    defendant.key,
    CASE WHEN coalesce(defendant.kind, 'P') = 'O' THEN coalesce(defendant.name, defendant.surname) END AS organisation_name,
    coalesce(
      defendant.title, nullif(regexp_extract(defendant.name, '^(?i:(MR|MRS|MISS|MS|MX|DR|REV|SIR|LADY|LORD|PROF))[.]? ', 1), '')
    ) AS title,
    trim(regexp_replace(defendant.name, '^(?i:MR|MRS|MISS|MS|MX|DR|REV|SIR|LADY|LORD|PROF)[.]? +', '')) AS shown_name
  FROM defendant
)
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('defendant', defendant.key) AS defendant_id,
  CASE WHEN named.organisation_name IS NULL THEN named.title END AS title,
  CASE
    WHEN named.organisation_name IS NOT NULL THEN NULL
    WHEN defendant.surname IS NOT NULL THEN defendant.forename_1
    ELSE nullif(regexp_extract(named.shown_name, '^([^ ]+) +[^ ]', 1), '')
  END AS first_name,
  CASE
    WHEN named.organisation_name IS NOT NULL THEN NULL
    WHEN defendant.surname IS NOT NULL THEN nullif(concat_ws(' ', defendant.forename_2, defendant.forename_3), '')
    ELSE nullif(trim(regexp_extract(named.shown_name, '^[^ ]+ +(.+) +[^ ]+$', 1)), '')
  END AS middle_name,
  CASE
    WHEN named.organisation_name IS NOT NULL THEN NULL
    ELSE coalesce(defendant.surname, nullif(regexp_extract(named.shown_name, '([^ ]+)$', 1), ''))
  END AS last_name,
  named.organisation_name,
  defendant.birth_on,
  defendant.address_line_1,
  defendant.address_line_2,
  defendant.address_line_3,
  defendant.address_line_4,
  defendant.address_line_5,
  defendant.postcode,
  defendant.asn,
  defendant.pnc_id,
  defendant.cro_number
FROM defendant
JOIN named ON named.key = defendant.key
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key

-- entity: defendant_identity
-- grain: one row per defendant of a case
-- why: who the defendant is, apart from the facts; the last line of an address often holds the postcode
WITH addressed AS (
  SELECT
    defendant.key,
    coalesce(defendant.address_line_1, defendant.organisation_address_line_1) AS line_1,
    coalesce(defendant.address_line_2, defendant.organisation_address_line_2) AS line_2,
    coalesce(defendant.address_line_3, defendant.organisation_address_line_3) AS line_3,
    coalesce(defendant.address_line_4, defendant.organisation_address_line_4) AS line_4,
    coalesce(defendant.address_line_5, defendant.organisation_address_line_5) AS line_5
  FROM defendant
)
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('defendant', defendant.key) AS defendant_id,
  defendant.title,
  defendant.given_name_1 AS first_name,
  nullif(concat_ws(' ', defendant.given_name_2, defendant.given_name_3), '') AS middle_name,
  defendant.family_name AS last_name,
  defendant.organisation_name,
  defendant.birth_on,
  addressed.line_1 AS address_line_1,
  addressed.line_2 AS address_line_2,
  addressed.line_3 AS address_line_3,
  addressed.line_4 AS address_line_4,
  addressed.line_5 AS address_line_5,
  CASE
    WHEN regexp_matches(upper(trim(addressed.line_5)), '^[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}$') THEN upper(trim(addressed.line_5))
    WHEN regexp_matches(upper(trim(addressed.line_4)), '^[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}$') THEN upper(trim(addressed.line_4))
  END AS postcode,
  defendant.asn,
  coalesce(defendant.pnc_id, defendant.organisation_pnc_id) AS pnc_id,
  coalesce(defendant.email, defendant.organisation_email) AS email,
  coalesce(
    defendant.mobile_telephone, defendant.home_telephone, defendant.work_telephone, defendant.organisation_telephone
  ) AS telephone
FROM defendant
JOIN addressed ON addressed.key = defendant.key
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key

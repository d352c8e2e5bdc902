-- entity: defendant_identity
-- grain: one row per defendant of a migrated case
-- why: who the defendant is, apart from the facts; an organisation's address and contacts stand outside the individual
SELECT
  defendant.unit_id,
  'defendant' AS from_type,
  defendant.key AS from_key,
  entity_id('defendant', defendant.key) AS defendant_id,
  defendant.title,
  defendant.first_name,
  nullif(concat_ws(' ', defendant.given_name_2, defendant.given_name_3), '') AS middle_name,
  defendant.last_name,
  defendant.organisation_name,
  defendant.birth_on,
  CASE
    WHEN defendant.address_line_1 IS NULL THEN defendant.organisation_address_line_1 ELSE defendant.address_line_1
  END AS address_line_1,
  CASE
    WHEN defendant.address_line_1 IS NULL THEN defendant.organisation_address_line_2 ELSE defendant.address_line_2
  END AS address_line_2,
  CASE
    WHEN defendant.address_line_1 IS NULL THEN defendant.organisation_address_line_3 ELSE defendant.address_line_3
  END AS address_line_3,
  CASE
    WHEN defendant.address_line_1 IS NULL THEN defendant.organisation_address_line_4 ELSE defendant.address_line_4
  END AS address_line_4,
  CASE
    WHEN defendant.address_line_1 IS NULL THEN defendant.organisation_address_line_5 ELSE defendant.address_line_5
  END AS address_line_5,
  coalesce(defendant.postcode, defendant.organisation_postcode) AS postcode,
  defendant.asn,
  defendant.pnc_id,
  defendant.cro_number,
  defendant.national_insurance_number,
  defendant.driver_number,
  defendant.occupation,
  coalesce(
    defendant.primary_email, defendant.secondary_email, defendant.organisation_primary_email, defendant.organisation_secondary_email
  ) AS email,
  coalesce(
    defendant.mobile_telephone, defendant.home_telephone, defendant.work_telephone, defendant.business_telephone
  ) AS telephone,
  defendant.cp_defendant_id AS source_person_id
FROM defendant
JOIN "case" AS prosecution_case
  ON prosecution_case.key = defendant.case_key

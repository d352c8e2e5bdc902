-- entity: defendant_identity
-- grain: one row per defendant on a case
-- why: names, birth date, addresses and national identifiers stay apart from the facts
SELECT
  d.unit_id,
  'defendant' AS from_type,
  d.key AS from_key,
  entity_id('defendant', d.key) AS defendant_id,
  d.title,
  d.first_name,
  d.middle_name,
  d.last_name,
  d.organisation_name,
  d.birth_on,
  COALESCE(d.address_line_1, d.organisation_address_line_1) AS address_line_1,
  CASE WHEN d.address_line_1 IS NULL THEN d.organisation_address_line_2 ELSE d.address_line_2 END AS address_line_2,
  CASE WHEN d.address_line_1 IS NULL THEN d.organisation_address_line_3 ELSE d.address_line_3 END AS address_line_3,
  CASE WHEN d.address_line_1 IS NULL THEN d.organisation_address_line_4 ELSE d.address_line_4 END AS address_line_4,
  CASE WHEN d.address_line_1 IS NULL THEN d.organisation_address_line_5 ELSE d.address_line_5 END AS address_line_5,
  COALESCE(d.postcode, d.organisation_postcode) AS postcode,
  d.asn,
  d.pnc_id,
  d.cro_number,
  d.national_insurance_number,
  d.driver_number,
  d.occupation,
  COALESCE(d.primary_email, d.secondary_email, d.organisation_email) AS email,
  COALESCE(d.mobile_telephone, d.home_telephone, d.organisation_telephone) AS telephone,
  d.master_defendant_id AS source_person_id
FROM defendant AS d
JOIN "case" AS c ON c.key = d.case_key

-- entity: defendant_identity
-- grain: one row per defendant on a case
-- why: the names and numbers of the subject, the police references of the defendant on the case
SELECT
  case_subject.unit_id,
  'case_subject' AS from_type,
  case_subject.key AS from_key,
  entity_id('defendant', case_subject.key) AS defendant_id,
  subject.forename_1 AS first_name,
  subject.forename_2 AS middle_name,
  CASE WHEN coalesce(subject.sex, '') <> 'C' THEN subject.surname END AS last_name,
  CASE WHEN subject.sex = 'C' THEN subject.surname END AS organisation_name,
  subject.born_on AS birth_on,
  subject.address_1 AS address_line_1,
  subject.address_2 AS address_line_2,
  subject.address_3 AS address_line_3,
  subject.address_4 AS address_line_4,
  nullif(concat_ws(', ', subject.town, subject.county), '') AS address_line_5,
  subject.postcode,
  regexp_replace(upper(case_subject.asn), '[/ ]', '', 'g') AS asn,
  case_subject.pnc_id,
  subject.cro_number,
  subject.driver_number,
  subject.prisoner_number,
  subject.court_id || '-' || subject.sub_id AS source_person_id
FROM case_subject
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = case_subject.case_key

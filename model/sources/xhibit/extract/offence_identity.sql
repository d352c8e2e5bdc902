-- entity: offence_identity
-- grain: one row per charge on a defendant
-- why: descriptions and places of an offence are free text and may name people
SELECT
  charge.unit_id,
  'charge' AS from_type,
  charge.key AS from_key,
  entity_id('offence', charge.key) AS offence_id,
  nullif(
    concat_ws(
      ', ',
      charge.address_1, charge.address_2, charge.address_3, charge.address_4,
      charge.town, charge.county, charge.postcode
    ),
    ''
  ) AS location,
  charge.lesser_offence AS particulars,
  charge.offence_description AS offence_title
FROM charge
JOIN case_subject ON case_subject.key = charge.case_subject_key
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = charge.case_key

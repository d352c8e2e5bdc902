-- entity: offence
-- grain: one row per offence charged to one defendant on one case, however often it is listed
-- why: Libra's own numbers of charges repeat, so the offence is known by its sequence number and code
SELECT
  offence.unit_id,
  'offence' AS from_type,
  offence.key AS from_key,
  entity_id('offence', offence.key) AS offence_id,
  entity_id('defendant', offence.defendant_key) AS defendant_id,
  entity_id('court_case', offence.case_key) AS case_id,
  offence.offence_code,
  TRY_CAST(offence.sequence_number AS INTEGER) AS offence_sequence,
  offence.conviction_on AS convicted_on
FROM offence
JOIN defendant ON defendant.key = offence.defendant_key

-- entity: offence_identity
-- grain: one row per offence of a migrated case
-- why: the words of the charge can name people, so they stand apart from the facts
SELECT
  offence.unit_id,
  'offence' AS from_type,
  offence.key AS from_key,
  entity_id('offence', offence.key) AS offence_id,
  offence.wording,
  offence.location,
  offence.statement_of_facts AS particulars,
  offence.title AS offence_title
FROM offence
JOIN defendant
  ON defendant.key = offence.defendant_key
JOIN "case" AS prosecution_case
  ON prosecution_case.key = offence.case_key

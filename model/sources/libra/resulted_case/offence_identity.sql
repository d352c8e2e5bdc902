-- entity: offence_identity
-- grain: one row per offence charged to one defendant on one case
-- why: wording and place can name people, so they are kept apart from the facts
SELECT
  offence.unit_id,
  'offence' AS from_type,
  offence.key AS from_key,
  entity_id('offence', offence.key) AS offence_id,
  offence.wording,
  offence.location
FROM offence
JOIN defendant ON defendant.key = offence.defendant_key

-- entity: application_offence_identity
-- grain: one row per offence that an application names
-- why: the wording of a charge names people and places
SELECT
  ao.unit_id,
  'application_offence' AS from_type,
  ao.key AS from_key,
  entity_id('application_offence', ao.key) AS application_offence_id,
  ao.wording
FROM application_offence AS ao
JOIN application AS a ON a.key = ao.application_key

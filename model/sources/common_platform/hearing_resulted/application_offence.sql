-- entity: application_offence
-- grain: one row per offence that an application names through its court order or through a case
-- why: already sentenced or pending elsewhere, so it is no charge and is never counted as one
SELECT
  ao.unit_id,
  'application_offence' AS from_type,
  ao.key AS from_key,
  entity_id('application_offence', ao.key) AS application_offence_id,
  entity_id('application', ao.application_key) AS application_id,
  ao.relation AS relation_code,
  entity_id('court_case', ao.case_id) AS case_id,
  ao.offence_id AS native_offence_id,
  ao.offence_code,
  ao.offence_start_on,
  ao.convicted_on
FROM application_offence AS ao
JOIN application AS a ON a.key = ao.application_key

-- entity: offence_identity
-- grain: one row per offence
-- why: the wording of a charge names people and places
SELECT
  o.unit_id,
  'offence' AS from_type,
  o.key AS from_key,
  entity_id('offence', o.key) AS offence_id,
  o.wording,
  o.offence_title
FROM offence AS o
JOIN defendant AS d ON d.key = o.defendant_key

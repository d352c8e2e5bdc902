-- entity: reference_code
-- grain: one row per entry of a published list
-- why: the current entry of each list, as published; the first column that a list calls its code need not be unique in it
SELECT
  code.unit_id,
  'code' AS from_type,
  code.key AS from_key,
  entity_id('reference_code', code.key) AS reference_code_id,
  code."table" AS list_name,
  code.code,
  code.description,
  code.category,
  code.ho_offence_class,
  code.attributes,
  CAST(code.event_at AT TIME ZONE 'Europe/London' AS DATE) AS published_on
FROM code

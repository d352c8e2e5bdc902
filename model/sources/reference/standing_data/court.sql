-- entity: court
-- grain: one row per organisation unit that is a court
-- why: magistrates' courts (B) and Crown Courts (C) of the published organisation units; unit 00 is an area and no court, and a
--      service centre (CTSC) sits under B though no court sits in it
SELECT
  code.unit_id,
  'code' AS from_type,
  code.key AS from_key,
  entity_id('court', code.key) AS court_id,
  code.code AS court_code,
  code.code AS court_source_code,
  code.unit_name AS court_name,
  CASE code.top_level_code WHEN 'C' THEN 'crown' ELSE 'magistrates' END AS court_type_code,
  code.top_level_code AS court_type_source_code,
  code.psa_code,
  CASE
    WHEN code.top_level_code = 'C' AND regexp_matches(code.psa_code, '^0[0-9]{3}$') THEN substr(code.psa_code, 2, 3)
  END AS crest_court_id,
  code.area_name AS region_name
FROM code
WHERE code."table" = 'organisation-unit'
  AND code.top_level_code IN ('B', 'C')
  AND code.unit_code <> '00'
  AND code.top_level_name <> 'CTSC'

-- entity: case_source_record
-- grain: one row per case of a court centre
-- why: until cases are linked, each record of a source stands for its own case; a placeholder stands for none, as its case
--      comes from Common Platform
SELECT
  "case".unit_id,
  'case' AS from_type,
  "case".key AS from_key,
  entity_id('case_source_record', "case".key) AS source_record_id,
  entity_id('court_case', "case".key) AS case_id,
  entity_id('court_case', "case".key) AS record_case_id,
  "case".court_id || "case".case_type || "case".case_no AS native_case_id,
  NOT ("case".case_type || "case".case_no LIKE 'CPP%' OR "case".case_no LIKE 'CPP%') AS is_survivor,
  CASE
    WHEN "case".case_type || "case".case_no LIKE 'CPP%' OR "case".case_no LIKE 'CPP%' THEN 'placeholder'
    ELSE 'only_record'
  END AS reason_code
FROM "case"

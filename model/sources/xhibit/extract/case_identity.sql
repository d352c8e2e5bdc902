-- entity: case_identity
-- grain: one row per case of a court centre that has such text
-- why: titles and list notes of Xhibit name people, so they stay apart from the facts
SELECT
  "case".unit_id,
  'case' AS from_type,
  "case".key AS from_key,
  entity_id('court_case', "case".key) AS case_id,
  "case".sending_court_reference AS prosecutor_case_reference,
  nullif(concat_ws(' | ', "case".case_title, "case".default_list_note), '') AS case_note
FROM "case"
WHERE coalesce("case".sending_court_reference, "case".case_title, "case".default_list_note) IS NOT NULL

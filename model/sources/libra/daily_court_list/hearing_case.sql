-- entity: hearing_case
-- grain: one row per session and case
-- why: a case has an entry for each of its defendants, and is one case of the session
SELECT
  entry.unit_id,
  'entry' AS from_type,
  min(entry.key) AS from_key,
  entity_id('hearing_case', entry.session_key || '|' || entry.case_key) AS hearing_case_id,
  entity_id('hearing', entry.session_key) AS hearing_id,
  entity_id('court_case', entry.case_key) AS case_id,
  entry.list_on AS hearing_on
FROM entry
JOIN "session" ON "session".key = entry.session_key
GROUP BY entry.unit_id, entry.session_key, entry.case_key, entry.list_on

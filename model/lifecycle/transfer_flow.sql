-- function: transfer_flow
-- grain: one row per case, direction and day of a move between courts, up to the day
-- why: tables by court show moves in and out apart from receipts and disposals. Records of both centres can tell one move, and
--      one record both directions; each direction is shown once
-- rules: transferred 1
SELECT DISTINCT
  court_case.case_id,
  'out' AS direction_code,
  CASE
    WHEN court_case.court_code = court_case.transferred_to_court_code THEN court_case.transferred_from_court_code
    ELSE court_case.court_code
  END AS from_court_code,
  court_case.transferred_to_court_code AS to_court_code,
  court_case.transferred_out_on AS moved_on,
  :rule_transferred AS decided_by
FROM onecrown.court_case
WHERE court_case.transferred_out_on <= :as_at
UNION
SELECT DISTINCT
  court_case.case_id,
  'in' AS direction_code,
  court_case.transferred_from_court_code AS from_court_code,
  CASE
    WHEN court_case.court_code = court_case.transferred_from_court_code THEN court_case.transferred_to_court_code
    ELSE court_case.court_code
  END AS to_court_code,
  court_case.transferred_in_on AS moved_on,
  :rule_transferred AS decided_by
FROM onecrown.court_case
WHERE court_case.transferred_in_on <= :as_at

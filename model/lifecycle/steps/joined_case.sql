-- step: joined_case
-- grain: one row per case that was joined to another and has ended so
-- why: no source says "joined on this day". What is told is that the record was closed though the case was never concluded, and that a
--      case group holds it together with another case, into which its charges went
SELECT
  court_case.case_id,
  court_case.closed_on
FROM onecrown.court_case
JOIN lifecycle.counted_case
  ON counted_case.case_id = court_case.case_id
WHERE court_case.closed_on IS NOT NULL
  AND court_case.concluded_on IS NULL
  AND court_case.case_id IN (
    SELECT case_link.from_case_id
    FROM onecrown.case_link
    WHERE case_link.relation_code = 'joined'
      AND case_link.from_case_id <> case_link.to_case_id
    UNION
    SELECT case_link.to_case_id
    FROM onecrown.case_link
    WHERE case_link.relation_code = 'joined'
      AND case_link.from_case_id <> case_link.to_case_id
  )

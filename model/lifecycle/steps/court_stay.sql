-- step: court_stay
-- grain: one row per case that counts and span of time at one court
-- why: what came in at one centre and was disposed of at another belongs to each on its own day. A case that came from another centre
--      was there until that day; of every other the court that has it had it all the time, as no source tells more
WITH placed AS (
  SELECT
    court_case.case_id,
    court_case.court_code,
    court_case.transferred_from_court_code AS earlier_court_code,
    CASE
      WHEN court_case.transferred_from_court_code <> court_case.court_code THEN court_case.transferred_in_on
    END AS moved_on
  FROM onecrown.court_case
  JOIN lifecycle.counted_case
    ON counted_case.case_id = court_case.case_id
)
SELECT
  placed.case_id,
  placed.earlier_court_code AS court_code,
  DATE '0001-01-01' AS begun_on,
  placed.moved_on AS ended_on
FROM placed
WHERE placed.moved_on IS NOT NULL
UNION ALL
SELECT
  placed.case_id,
  placed.court_code,
  coalesce(placed.moved_on, DATE '0001-01-01') AS begun_on,
  CAST(NULL AS date) AS ended_on
FROM placed

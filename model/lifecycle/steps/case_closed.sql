-- step: case_closed
-- grain: one row per case and day from which all its charges were concluded
-- why: only days on which a charge was concluded can be such a day. It lasts until the first of the charges is opened again
WITH point AS (
  SELECT DISTINCT
    offence_conclusion.case_id,
    offence_conclusion.concluded_on
  FROM lifecycle.offence_conclusion
),
covered AS (
  SELECT
    point.case_id,
    point.concluded_on,
    count(DISTINCT offence_conclusion.offence_id) AS concluded_count,
    min(offence_conclusion.reopened_on) AS reopened_on
  FROM point
  JOIN lifecycle.offence_conclusion
    ON offence_conclusion.case_id = point.case_id
    AND offence_conclusion.concluded_on <= point.concluded_on
    AND (offence_conclusion.reopened_on IS NULL OR offence_conclusion.reopened_on > point.concluded_on)
  GROUP BY point.case_id, point.concluded_on
),
charged AS (
  SELECT
    counted_offence.case_id,
    count(*) AS offence_count
  FROM lifecycle.counted_offence
  GROUP BY counted_offence.case_id
)
SELECT
  covered.case_id,
  covered.concluded_on,
  covered.reopened_on
FROM covered
JOIN charged
  ON charged.case_id = covered.case_id
  AND charged.offence_count = covered.concluded_count

-- step: counted_hearing_day
-- grain: one row per case, hearing and day on which it was listed or held
-- why: days that were cancelled, or taken out of the list, did not come; hearings of every record of the case count. A day that several
--      datasets tell of a case at one tier is told by the one that saw it held, else by the one that holds the case now, so that a hearing
--      that was listed before a case was moved is not counted again. What a day was planned to take is shared out among the cases that
--      it was for, in whole minutes, so that their sum is that of the list
WITH told AS (
  SELECT DISTINCT
    hearing_case.case_id,
    hearing.hearing_id,
    hearing.jurisdiction_code,
    hearing.hearing_type_code,
    hearing_day.hearing_on,
    coalesce(hearing_day.listing_status_code, 'listed') AS listing_status_code,
    coalesce(hearing_day.listed_minutes, hearing.estimated_minutes) AS minutes,
    CASE hearing.source_dataset
      WHEN 'common_platform/hearing_resulted' THEN 1
      WHEN 'libra/resulted_case' THEN 1
      WHEN 'common_platform/migrated_case' THEN 2
      ELSE 3
    END AS dataset_rank
  FROM onecrown.hearing_case
  JOIN onecrown.hearing
    ON hearing.hearing_id = hearing_case.hearing_id
  JOIN onecrown.hearing_day
    ON hearing_day.hearing_id = hearing.hearing_id
  WHERE hearing_case.case_id IN (SELECT counted_case.case_id FROM lifecycle.counted_case)
),
ranked AS (
  SELECT
    told.case_id,
    told.hearing_id,
    told.jurisdiction_code,
    told.hearing_type_code,
    told.hearing_on,
    told.listing_status_code,
    told.minutes,
    told.dataset_rank,
    min(told.dataset_rank) OVER (PARTITION BY told.case_id, told.hearing_on, told.jurisdiction_code) AS telling_rank
  FROM told
),
counted AS (
  SELECT
    ranked.case_id,
    ranked.hearing_id,
    ranked.jurisdiction_code,
    ranked.hearing_type_code,
    ranked.hearing_on,
    CAST(sum(DISTINCT ranked.minutes) AS bigint) AS minutes
  FROM ranked
  WHERE ranked.dataset_rank = ranked.telling_rank
    AND ranked.listing_status_code NOT IN ('cancelled', 'vacated')
  GROUP BY ranked.case_id, ranked.hearing_id, ranked.jurisdiction_code, ranked.hearing_type_code, ranked.hearing_on
),
shared AS (
  SELECT
    counted.case_id,
    counted.hearing_id,
    counted.jurisdiction_code,
    counted.hearing_type_code,
    counted.hearing_on,
    counted.minutes,
    count(*) OVER (PARTITION BY counted.hearing_id, counted.hearing_on) AS case_count,
    row_number() OVER (PARTITION BY counted.hearing_id, counted.hearing_on ORDER BY counted.case_id) AS place
  FROM counted
)
SELECT
  shared.case_id,
  shared.hearing_id,
  shared.jurisdiction_code,
  shared.hearing_type_code,
  shared.hearing_on,
  shared.minutes / shared.case_count
    + CASE WHEN shared.place <= shared.minutes % shared.case_count THEN 1 ELSE 0 END AS planned_minutes
FROM shared

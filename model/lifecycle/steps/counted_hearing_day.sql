-- step: counted_hearing_day
-- grain: one row per case, hearing and day on which it was listed or held
-- why: days that were cancelled, or taken out of the list, did not come; hearings of every record of the case count. A day that several
--      datasets tell of a case at one tier is told by the one that saw it held, else by the one that holds the case now, so that a hearing
--      that was listed before a case was moved is not counted again
WITH told AS (
  SELECT DISTINCT
    hearing_case.case_id,
    hearing.hearing_id,
    hearing.jurisdiction_code,
    hearing.hearing_type_code,
    hearing_day.hearing_on,
    coalesce(hearing_day.listing_status_code, 'listed') AS listing_status_code,
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
    told.dataset_rank,
    min(told.dataset_rank) OVER (PARTITION BY told.case_id, told.hearing_on, told.jurisdiction_code) AS telling_rank
  FROM told
)
SELECT DISTINCT
  ranked.case_id,
  ranked.hearing_id,
  ranked.jurisdiction_code,
  ranked.hearing_type_code,
  ranked.hearing_on
FROM ranked
WHERE ranked.dataset_rank = ranked.telling_rank
  AND ranked.listing_status_code NOT IN ('cancelled', 'vacated')

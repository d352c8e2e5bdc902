-- entity: hearing_day
-- grain: one row per hearing and London date of a sitting
-- why: a day whose results were shared was held, and the share of that day tells it; the other days of the hearing are only
--      listed, and the newest share of the hearing tells them. Two sittings on one day are one row, the first sitting's
WITH sitting AS (
  SELECT
    key,
    hearing_key,
    event_at,
    sitting_at,
    hearing_day,
    CAST(sitting_at AT TIME ZONE 'Europe/London' AS DATE) AS sitting_on
  FROM hearing_day
),
newest_share AS (
  SELECT
    hearing_key,
    MAX(event_at) AS event_at
  FROM sitting
  GROUP BY hearing_key
),
held_day AS (
  SELECT
    hearing_key,
    sitting_on,
    min_by(key, CAST(sitting_at AS VARCHAR) || key) AS key
  FROM sitting
  WHERE sitting_on = hearing_day
  GROUP BY hearing_key, sitting_on
),
listed_day AS (
  SELECT
    sitting.hearing_key,
    sitting.sitting_on,
    min_by(sitting.key, CAST(sitting.sitting_at AS VARCHAR) || sitting.key) AS key
  FROM sitting
  JOIN newest_share
    ON newest_share.hearing_key = sitting.hearing_key AND newest_share.event_at = sitting.event_at
  LEFT JOIN held_day
    ON held_day.hearing_key = sitting.hearing_key AND held_day.sitting_on = sitting.sitting_on
  WHERE held_day.key IS NULL
  GROUP BY sitting.hearing_key, sitting.sitting_on
),
chosen_day AS (
  SELECT key, sitting_on, TRUE AS is_held FROM held_day
  UNION ALL
  SELECT key, sitting_on, FALSE AS is_held FROM listed_day
)
SELECT
  hd.unit_id,
  'hearing_day' AS from_type,
  hd.key AS from_key,
  entity_id('hearing_day', hd.hearing_key || '/' || CAST(chosen_day.sitting_on AS VARCHAR)) AS hearing_day_id,
  entity_id('hearing', hd.hearing_key) AS hearing_id,
  chosen_day.sitting_on AS hearing_on,
  CASE WHEN chosen_day.is_held THEN hd.hearing_day_basis ELSE 'listed' END AS hearing_day_basis_code,
  hd.sitting_at AS listed_start_at,
  CAST(hd.listed_minutes AS INTEGER) AS listed_minutes,
  court.standard_code AS court_code,
  hd.court_code AS court_source_code,
  hd.court_room_name,
  COALESCE(
    cancelled.standard_code,
    CASE WHEN chosen_day.is_held OR COALESCE(hd.has_shared_results, FALSE) THEN 'held' ELSE 'listed' END
  ) AS listing_status_code,
  CAST(hd.is_cancelled AS VARCHAR) AS listing_status_source_code,
  CASE WHEN chosen_day.is_held THEN hd.event_at END AS shared_at,
  CASE WHEN chosen_day.is_held THEN hd.is_reshare END AS is_reshare
FROM chosen_day
JOIN hearing_day AS hd ON hd.key = chosen_day.key
JOIN hearing AS h ON h.key = hd.hearing_key
LEFT JOIN crosswalk.court AS court
  ON court.list = 'oucode' AND court.source_code = substr(hd.court_code, 1, 5)
LEFT JOIN crosswalk.listing_status AS cancelled
  ON cancelled.list = 'isCancelled' AND cancelled.source_code = CAST(hd.is_cancelled AS VARCHAR)

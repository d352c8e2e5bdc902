-- step: sent_case
-- grain: one row per case of Common Platform that was sent or committed and is told as one of the magistrates
-- why: Common Platform keeps one case through both tiers, and the event that was shared last says the tier. Before the first hearing
--      at the Crown Court, or after the sending is shared again, that is the magistrates'. A case that the magistrates heard again
--      after a Crown Court did is theirs
WITH sent AS (
  SELECT
    result.case_id,
    max(result.result_on) AS sent_on
  FROM onecrown.court_case
  JOIN onecrown.result
    ON result.case_id = court_case.case_id
  WHERE court_case.source_system = 'common_platform'
    AND court_case.jurisdiction_code = 'magistrates'
    AND (result.result_code IN (:sent_codes) OR result.result_code IN (:committed_codes))
  GROUP BY result.case_id
),
heard AS (
  SELECT
    sent.case_id,
    sent.sent_on,
    count(CASE WHEN hearing.jurisdiction_code = 'crown' THEN 1 END) AS crown_count,
    max(CASE WHEN hearing.jurisdiction_code = 'magistrates' THEN hearing_case.hearing_on END) AS last_below_on
  FROM sent
  LEFT JOIN onecrown.hearing_case
    ON hearing_case.case_id = sent.case_id
  LEFT JOIN onecrown.hearing
    ON hearing.hearing_id = hearing_case.hearing_id
  GROUP BY sent.case_id, sent.sent_on
)
SELECT
  heard.case_id
FROM heard
WHERE heard.crown_count = 0
  OR coalesce(heard.last_below_on <= heard.sent_on, true)

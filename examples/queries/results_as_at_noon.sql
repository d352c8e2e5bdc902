/* What the court had ordered at that hearing as far as was known at noon: the last share by then.
   Counts: results listed by that share, whether or not a later share lists them. */
WITH share AS (
  SELECT DISTINCT
    snapshot.event_at,
    snapshot.scope,
    snapshot.members_hash
  FROM onecrown_history.snapshot
  WHERE snapshot.dataset = 'common_platform/hearing_resulted'
    AND snapshot.record_type = 'result'
    AND snapshot.scope LIKE '%00000000-0000-4000-8000-aa0000000001%'
    AND snapshot.event_at <= TIMESTAMP '2026-01-07 12:00:00 UTC'
),
latest_share AS (
  SELECT
    share.event_at,
    share.scope,
    share.members_hash
  FROM share
  WHERE share.event_at = (SELECT max(share.event_at) FROM share)
)
SELECT
  latest_share.event_at AS shared_at,
  body.cjs_code AS result_code,
  body.label AS result_label,
  split_part(body.result_text, chr(10), 2) AS announced
FROM latest_share
JOIN onecrown_history.member
  ON member.members_hash = latest_share.members_hash
JOIN onecrown_history.common_platform_hearing_resulted_result AS body
  ON body.scope = latest_share.scope
  AND body.key = member.key
  AND body.record_hash = member.record_hash
ORDER BY result_label, announced

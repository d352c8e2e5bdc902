/* What the court ordered at the hearing of the invented shop theft, as it stands now.
   Counts: results, each with exactly one owner. The words of a result are in an identity table,
   because they may name people. */
SELECT
  result.result_code,
  result.result_label,
  split_part(result_identity.result_text, chr(10), 2) AS announced,
  result.amended_on
FROM onecrown.result
JOIN onecrown.hearing
  ON hearing.hearing_id = result.hearing_id
JOIN onecrown.result_identity
  ON result_identity.result_id = result.result_id
WHERE hearing.source_hearing_id = '00000000-0000-4000-8000-aa0000000001'
ORDER BY result.result_label, announced

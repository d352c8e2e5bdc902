/* How many results did each court give on each day, and how many of them end a matter?
   Counts: results by the court of their hearing and the London date on which they were ordered.
   Xhibit's disposals name no hearing, so they are not among them. */
SELECT
  hearing.court_code,
  court.court_name,
  result.result_on,
  count(*) AS results,
  count_if(result.is_final) AS final_results
FROM onecrown.result
JOIN onecrown.hearing
  ON hearing.hearing_id = result.hearing_id
LEFT JOIN onecrown.court
  ON court.court_code = hearing.court_code
GROUP BY hearing.court_code, court.court_name, result.result_on
ORDER BY result.result_on, hearing.court_code

-- unit: counted_trial
-- why: trials are counted once for every date on which they were listed, with what became of that listing. Cases that are tried
--      together have one trial, which is counted under the least of them
WITH heard AS (
  SELECT
    hearing_case.hearing_id,
    min(hearing_case.case_id) AS case_id
  FROM onecrown.hearing_case
  JOIN lifecycle.counted_case
    ON counted_case.case_id = hearing_case.case_id
  GROUP BY hearing_case.hearing_id
)
SELECT
  trial_outcome.trial_outcome_id AS trial_id,
  coalesce(trial_outcome.case_id, heard.case_id) AS case_id,
  trial_outcome.trial_on,
  coalesce(trial_outcome.outcome_code, 'not_known') AS outcome_code,
  CASE WHEN trial_outcome.outcome_code = 'effective' THEN 'effective' ELSE coalesce(trial_outcome.reason_code, 'not_known') END
    AS reason_code,
  CASE WHEN trial_outcome.outcome_code = 'effective' THEN 'none' ELSE coalesce(trial_outcome.party_code, 'not_known') END
    AS party_code,
  CASE
    WHEN trial_outcome.outcome_code IN ('effective', 'cracked', 'ineffective')
      THEN row_number() OVER (
        PARTITION BY coalesce(trial_outcome.case_id, heard.case_id), trial_outcome.outcome_code IN ('effective', 'cracked', 'ineffective')
        ORDER BY trial_outcome.trial_on, trial_outcome.trial_outcome_id
      )
  END AS listing_number,
  coalesce(court_stay.court_code, 'not_known') AS trial_court_code,
  :region_of(court_stay.court_code) AS trial_region_code
FROM onecrown.trial_outcome
LEFT JOIN heard
  ON heard.hearing_id = trial_outcome.hearing_id
JOIN lifecycle.counted_case
  ON counted_case.case_id = coalesce(trial_outcome.case_id, heard.case_id)
LEFT JOIN lifecycle.court_stay
  ON court_stay.case_id = counted_case.case_id
  AND court_stay.begun_on <= coalesce(trial_outcome.trial_on, DATE '9999-12-31')
  AND (court_stay.ended_on IS NULL OR court_stay.ended_on > coalesce(trial_outcome.trial_on, DATE '9999-12-31'))

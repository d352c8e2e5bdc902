-- step: asked
-- grain: one row per case and day that is asked about
-- why: the states of a case are worked out for the days that stand here: one day for every case, or, where the whole life of a case
--      is wanted, each day on which its state may have changed
SELECT
  court_case.case_id,
  :as_at AS as_at_on
FROM onecrown.court_case

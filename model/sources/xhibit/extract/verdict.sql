-- entity: verdict
-- grain: one row per charge whose outcome can be told
-- why: these tables hold no verdict, so it is derived, and every row is marked is_derived. The rule, first that fits:
--      1. an appeal (case type A): the result of the appeal, of the charge else of its disposals, in the list
--         APP_RESULT_CODE. It is no finding of guilt, so is_conviction stays empty;
--      2. a disposal of the charge says that a conviction is recorded or that the defendant was convicted: guilty, and
--         of the lesser or the alternative offence where the plea was to that. A marker is put with the outcome, later
--         than the plea, so it goes before the plea; a conviction on any disposal goes before a marker that denies it,
--         because one charge may end in several disposals of which not all are convictions;
--      3. a disposal says that the defendant was not convicted: not guilty;
--      4. no disposal says either and the plea is guilty (G, CPG, CPGJ) or guilty to a lesser or an alternative offence
--         (GLO, GAO): guilty accordingly, as a guilty plea is a conviction without a jury's finding;
--      5. anything else (no plea taken, not guilty and no outcome yet, special pleas) tells no verdict: no row.
--      In a sentence case the court below convicted, so the day is that of its conviction.
--      The codes of 2 to 4 are those of Xhibit's own list VERDICT (G, GL, GA, NG)
WITH outcome AS (
  SELECT
    disposal.charge_key,
    max(CASE WHEN disposal.defendant_convicted = 'Y' OR disposal.conviction_recorded = 'Y' THEN 1 ELSE 0 END) AS convicted,
    max(CASE WHEN disposal.defendant_convicted = 'N' THEN 1 ELSE 0 END) AS not_convicted,
    min(CASE WHEN disposal.defendant_convicted = 'Y' OR disposal.conviction_recorded = 'Y' THEN disposal.outcome_on END)
      AS convicted_on,
    min(CASE WHEN disposal.defendant_convicted = 'N' THEN disposal.outcome_on END) AS not_convicted_on,
    min(disposal.appeal_result) AS appeal_result,
    min(CASE WHEN disposal.appeal_result IS NOT NULL THEN disposal.outcome_on END) AS appeal_result_on
  FROM disposal
  WHERE disposal.charge_key IS NOT NULL
  GROUP BY disposal.charge_key
),
told AS (
  SELECT
    charge.key,
    CASE
      WHEN charge.case_type = 'A' THEN 'APP_RESULT_CODE'
      ELSE 'VERDICT'
    END AS list,
    CASE
      WHEN charge.case_type = 'A' THEN coalesce(charge.appeal_result, outcome.appeal_result)
      WHEN coalesce(outcome.convicted, 0) = 0 AND outcome.not_convicted = 1 THEN 'NG'
      WHEN charge.plea = 'GLO' THEN 'GL'
      WHEN charge.plea = 'GAO' THEN 'GA'
      WHEN outcome.convicted = 1 OR charge.plea IN ('G', 'CPG', 'CPGJ') THEN 'G'
    END AS code,
    CASE
      WHEN charge.case_type = 'A' THEN outcome.appeal_result_on
      WHEN outcome.convicted = 1 THEN outcome.convicted_on
      WHEN outcome.not_convicted = 1 THEN outcome.not_convicted_on
    END AS verdict_on
  FROM charge
  LEFT JOIN outcome ON outcome.charge_key = charge.key
)
SELECT
  charge.unit_id,
  'charge' AS from_type,
  charge.key AS from_key,
  entity_id('verdict', charge.key) AS verdict_id,
  'offence' AS owner_kind_code,
  entity_id('offence', charge.key) AS offence_id,
  entity_id('court_case', charge.case_key) AS case_id,
  verdict_code.standard_code AS verdict_code,
  told.code AS verdict_source_code,
  CASE WHEN told.list = 'VERDICT' THEN told.code IN ('G', 'GL', 'GA') END AS is_conviction,
  TRUE AS is_derived,
  CASE WHEN "case".case_type = 'S' THEN "case".magistrates_convicted_on ELSE told.verdict_on END AS verdict_on
FROM charge
JOIN told ON told.key = charge.key
JOIN case_subject ON case_subject.key = charge.case_subject_key
JOIN subject ON subject.key = case_subject.subject_key
JOIN "case" ON "case".key = charge.case_key
LEFT JOIN crosswalk.verdict AS verdict_code
  ON verdict_code.list = told.list AND verdict_code.source_code = told.code
WHERE told.code IS NOT NULL

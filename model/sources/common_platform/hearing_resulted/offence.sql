-- entity: offence
-- grain: one row per offence charged to one defendant on one case
-- why: the key holds case and defendant, because real files use one offence id for several of either
SELECT
  o.unit_id,
  'offence' AS from_type,
  o.key AS from_key,
  entity_id('offence', o.key) AS offence_id,
  entity_id('defendant', o.defendant_key) AS defendant_id,
  entity_id('court_case', o.case_key) AS case_id,
  o.offence_code,
  CAST(o.order_index AS INTEGER) AS offence_sequence,
  CAST(o.indictment_count AS INTEGER) AS count_number,
  o.offence_start_on,
  o.offence_end_on,
  offence_date_type.standard_code AS offence_date_type_code,
  o.offence_date_code AS offence_date_type_source_code,
  o.charged_on,
  o.arrested_on,
  mode_of_trial.standard_code AS mode_of_trial_code,
  o.mode_of_trial AS mode_of_trial_source_code,
  offence_group.standard_code AS offence_group_code,
  o.convicted_on,
  o.acquitted_on,
  indicated_plea.standard_code AS indicated_plea_code,
  o.indicated_plea_value AS indicated_plea_source_code,
  o.proceedings_concluded,
  o.is_added_in_court
FROM offence AS o
JOIN defendant AS d ON d.key = o.defendant_key
LEFT JOIN crosswalk.offence_date_type AS offence_date_type
  ON offence_date_type.list = 'offenceDateCode' AND offence_date_type.source_code = o.offence_date_code
LEFT JOIN crosswalk.mode_of_trial AS mode_of_trial
  ON mode_of_trial.list = 'modeOfTrial' AND mode_of_trial.source_code = o.mode_of_trial
LEFT JOIN crosswalk.plea AS indicated_plea
  ON indicated_plea.list = 'indicatedPleaValue' AND indicated_plea.source_code = o.indicated_plea_value
LEFT JOIN crosswalk.offence_group AS offence_group
  ON offence_group.list = 'offenceCode' AND offence_group.source_code = o.offence_code

-- entity: plea
-- grain: one row per offence, application or application offence with a plea
-- why: the latest plea by time of sharing; earlier ones are in history. Indicated and notified pleas are no pleas
SELECT
  p.unit_id,
  'plea' AS from_type,
  p.key AS from_key,
  entity_id('plea', p.key) AS plea_id,
  p.owner_kind AS owner_kind_code,
  entity_id('offence', p.offence_key) AS offence_id,
  NULL AS application_id,
  NULL AS application_offence_id,
  entity_id('court_case', p.case_id) AS case_id,
  plea_code.standard_code AS plea_code,
  p.plea_value AS plea_source_code,
  p.plea_on,
  CASE WHEN p.originating_hearing_id IS NOT NULL THEN entity_id('hearing', p.originating_hearing_id) END
    AS originating_hearing_id
FROM plea AS p
JOIN offence AS o ON o.key = p.offence_key
LEFT JOIN crosswalk.plea AS plea_code
  ON plea_code.list = 'pleaValue' AND plea_code.source_code = p.plea_value
UNION ALL
SELECT
  p.unit_id,
  'plea' AS from_type,
  p.key AS from_key,
  entity_id('plea', p.key) AS plea_id,
  p.owner_kind AS owner_kind_code,
  NULL AS offence_id,
  entity_id('application', p.application_key) AS application_id,
  CASE WHEN p.owner_kind = 'application_offence' THEN entity_id('application_offence', p.owner_key) END
    AS application_offence_id,
  CASE WHEN p.case_id IS NOT NULL THEN entity_id('court_case', p.case_id) END AS case_id,
  plea_code.standard_code AS plea_code,
  p.plea_value AS plea_source_code,
  p.plea_on,
  CASE WHEN p.originating_hearing_id IS NOT NULL THEN entity_id('hearing', p.originating_hearing_id) END
    AS originating_hearing_id
FROM plea AS p
JOIN application AS a ON a.key = p.application_key
LEFT JOIN crosswalk.plea AS plea_code
  ON plea_code.list = 'pleaValue' AND plea_code.source_code = p.plea_value

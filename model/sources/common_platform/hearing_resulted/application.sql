-- entity: application
-- grain: one row per court application
-- why: an application links to a case only if it names one: the first of its cases, else the first case of its court order
WITH case_of_application AS (
  SELECT
    application_key,
    min_by(case_id, lpad(CAST(case_position AS VARCHAR), 6, '0') || key) AS case_id
  FROM application_case
  GROUP BY application_key
),
case_of_order AS (
  SELECT
    application_key,
    min_by(case_id, key) AS case_id
  FROM application_offence
  WHERE relation = 'court_order'
  GROUP BY application_key
)
SELECT
  a.unit_id,
  'application' AS from_type,
  a.key AS from_key,
  entity_id('application', a.key) AS application_id,
  a.application_reference,
  a.application_type_code AS application_type_source_code,
  a.application_type,
  a.link_type AS link_type_source_code,
  CASE
    WHEN COALESCE(case_of_application.case_id, case_of_order.case_id) IS NOT NULL
    THEN entity_id('court_case', COALESCE(case_of_application.case_id, case_of_order.case_id))
  END AS case_id,
  CASE WHEN a.parent_application_id IS NOT NULL THEN entity_id('application', a.parent_application_id) END
    AS parent_application_id,
  a.received_on,
  application_status.standard_code AS application_status_code,
  a.application_status AS application_status_source_code,
  a.breach_type AS breach_type_source_code,
  a.is_appeal,
  CASE WHEN a.order_id IS NOT NULL THEN entity_id('court_order', a.order_id) END AS order_id
FROM application AS a
LEFT JOIN case_of_application ON case_of_application.application_key = a.key
LEFT JOIN case_of_order ON case_of_order.application_key = a.key
LEFT JOIN crosswalk.application_status AS application_status
  ON application_status.list = 'applicationStatus' AND application_status.source_code = a.application_status

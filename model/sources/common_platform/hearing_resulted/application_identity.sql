-- entity: application_identity
-- grain: one row per court application
-- why: the parties and the words of an application stay apart from the facts
WITH first_respondent AS (
  SELECT
    application_key,
    min_by(key, lpad(CAST(respondent_position AS VARCHAR), 6, '0') || key) AS key
  FROM application_respondent
  GROUP BY application_key
)
SELECT
  a.unit_id,
  'application' AS from_type,
  a.key AS from_key,
  entity_id('application', a.key) AS application_id,
  COALESCE(
    COALESCE(a.applicant_first_name || ' ', '') || a.applicant_last_name,
    COALESCE(a.applicant_person_first_name || ' ', '') || a.applicant_person_last_name,
    a.applicant_organisation_name,
    a.applicant_authority_name
  ) AS applicant_name,
  COALESCE(
    COALESCE(respondent.first_name || ' ', '') || respondent.last_name,
    COALESCE(respondent.person_first_name || ' ', '') || respondent.person_last_name,
    respondent.organisation_name,
    respondent.authority_name
  ) AS respondent_name,
  COALESCE(
    COALESCE(a.subject_first_name || ' ', '') || a.subject_last_name,
    COALESCE(a.subject_person_first_name || ' ', '') || a.subject_person_last_name,
    a.subject_organisation_name
  ) AS subject_name,
  a.particulars
FROM application AS a
LEFT JOIN first_respondent ON first_respondent.application_key = a.key
LEFT JOIN application_respondent AS respondent ON respondent.key = first_respondent.key

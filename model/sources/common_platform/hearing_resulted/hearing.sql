-- entity: hearing
-- grain: one row per hearing
-- why: the event gives the description of the hearing type and no code. An estimate in words is read where it is in minutes
SELECT
  h.unit_id,
  'hearing' AS from_type,
  h.key AS from_key,
  entity_id('hearing', h.key) AS hearing_id,
  h.hearing_id AS source_hearing_id,
  jurisdiction.standard_code AS jurisdiction_code,
  h.jurisdiction_type AS jurisdiction_source_code,
  court.standard_code AS court_code,
  h.court_code AS court_source_code,
  hearing_type.standard_code AS hearing_type_code,
  h.hearing_type_description AS hearing_type_source_code,
  h.hearing_type_description,
  hearing_language.standard_code AS hearing_language_code,
  h.hearing_language AS hearing_language_source_code,
  TRY_CAST(replace(h.estimated_duration, ' MINUTES', '') AS INTEGER) AS estimated_minutes,
  h.is_group_proceedings
FROM hearing AS h
LEFT JOIN crosswalk.jurisdiction AS jurisdiction
  ON jurisdiction.list = 'jurisdictionType' AND jurisdiction.source_code = h.jurisdiction_type
LEFT JOIN crosswalk.court AS court
  ON court.list = 'oucode' AND court.source_code = substr(h.court_code, 1, 5)
LEFT JOIN crosswalk.hearing_type AS hearing_type
  ON hearing_type.list = 'hearing.type.description'
  AND hearing_type.source_code = lower(trim(h.hearing_type_description))
LEFT JOIN crosswalk.language AS hearing_language
  ON hearing_language.list = 'hearingLanguage' AND hearing_language.source_code = h.hearing_language

-- entity: attendance
-- grain: one row per hearing and defendant
-- why: how the defendant attended, for a person or an organisation
SELECT
  attendance.unit_id,
  'attendance' AS from_type,
  attendance.key AS from_key,
  entity_id('attendance', attendance.key) AS attendance_id,
  entity_id('hearing', attendance.hearing_key) AS hearing_id,
  attendance.hearing_on,
  entity_id('defendant', attendance.defendant_key) AS defendant_id,
  attendance_code.standard_code AS attendance_code,
  coalesce(attendance.present, attendance.organisation_present) AS attendance_source_code
FROM attendance
JOIN hearing ON hearing.key = attendance.hearing_key
LEFT JOIN crosswalk.attendance AS attendance_code
  ON attendance_code.list = 'PresentAtHearing'
  AND attendance_code.source_code = coalesce(attendance.present, attendance.organisation_present)

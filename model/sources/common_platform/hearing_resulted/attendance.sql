-- entity: attendance
-- grain: one row per defendant, hearing and day
-- why: the defendant is found through the case of the same event, and may be in none
SELECT
  t.unit_id,
  'attendance' AS from_type,
  t.key AS from_key,
  entity_id('attendance', t.key) AS attendance_id,
  entity_id('hearing', t.hearing_key) AS hearing_id,
  t.attended_on AS hearing_on,
  CASE WHEN t.defendant_key IS NOT NULL THEN entity_id('defendant', t.defendant_key) END AS defendant_id,
  entity_id('person', t.defendant_id) AS source_defendant_id,
  attendance.standard_code AS attendance_code,
  t.attendance_type AS attendance_source_code
FROM attendance AS t
JOIN hearing AS h ON h.key = t.hearing_key
LEFT JOIN crosswalk.attendance AS attendance
  ON attendance.list = 'attendanceType' AND attendance.source_code = t.attendance_type

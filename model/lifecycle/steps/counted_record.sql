-- step: counted_record
-- grain: one row per case and record of it, with whether the record stands for the case
-- why: the one place that says which records count. A case counts when a record stands for it. Of its defendants, those that a
--      suppressed record alone tells are left out, by the dataset and the unit that a record shares with its children; hearings are
--      the union of all records
SELECT DISTINCT
  case_source_record.case_id,
  case_source_record.source_dataset,
  case_source_record.unit_id,
  case_source_record.is_survivor
FROM onecrown.case_source_record

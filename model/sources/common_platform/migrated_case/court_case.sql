-- entity: court_case
-- grain: one row per migrated case
-- why: the latest submission of the case stands; the legacy case number and the receiving court are its link to the legacy record
SELECT
  prosecution_case.unit_id,
  'case' AS from_type,
  prosecution_case.key AS from_key,
  entity_id('court_case', prosecution_case.key) AS case_id,
  -- Xhibit holds Crown Court cases only and Libra those of the magistrates' courts; else the court's code tells the tier.
  CASE
    WHEN prosecution_case.migration_source_system = 'XHIBIT' THEN 'crown'
    WHEN prosecution_case.migration_source_system = 'LIBRA' THEN 'magistrates'
    WHEN upper(prosecution_case.receiving_court) LIKE 'C%' THEN 'crown'
    WHEN upper(prosecution_case.receiving_court) LIKE 'B%' THEN 'magistrates'
  END AS jurisdiction_code,
  prosecution_case.case_id AS source_case_id,
  replace(replace(upper(prosecution_case.case_urn), '/', ''), ' ', '') AS case_urn,
  CASE
    WHEN prosecution_case.case_urn IS NULL THEN 'absent'
    WHEN regexp_matches(upper(prosecution_case.case_urn), '^(CASE[-_ ]?URN|URN|TEST.*|00[NP]P.*|[0-9]{2}00.*)$') THEN 'placeholder'
    WHEN regexp_matches(
      replace(replace(upper(prosecution_case.case_urn), '/', ''), ' ', ''), '^[A-Z0-9]{4}[0-9]{7}$'
    ) THEN 'valid'
    ELSE 'malformed'
  END AS case_urn_standing_code,
  case_type.standard_code AS case_type_code,
  prosecution_case.receipt_type AS case_type_source_code,
  receipt_type.standard_code AS receipt_type_code,
  prosecution_case.receipt_type AS receipt_type_source_code,
  initiation.standard_code AS initiation_code,
  prosecution_case.initiation_code AS initiation_source_code,
  prosecution_case.received_on,
  prosecution_case.sent_on,
  prosecution_case.committed_on,
  court.standard_code AS court_code,
  prosecution_case.receiving_court AS court_source_code,
  sending_court.standard_code AS sending_court_code,
  prosecution_case.sending_court AS sending_court_source_code,
  prosecution_case.retrial,
  prosecution_case.prosecuting_authority AS prosecuting_authority_code,
  prosecution_case.originating_organisation AS prosecutor_ou_code,
  prosecution_case.migration_source_system,
  prosecution_case.migration_source_case_id,
  prosecution_case.submission_id,
  FALSE AS is_cp_placeholder,
  CAST(prosecution_case.case_marker_count AS INTEGER) AS case_marker_count
FROM "case" AS prosecution_case
LEFT JOIN crosswalk.case_type AS case_type
  ON case_type.list = 'receiptType' AND case_type.source_code = prosecution_case.receipt_type
LEFT JOIN crosswalk.receipt_type AS receipt_type
  ON receipt_type.list = 'receiptType' AND receipt_type.source_code = prosecution_case.receipt_type
LEFT JOIN crosswalk.initiation AS initiation
  ON initiation.list = 'initiationCode' AND initiation.source_code = prosecution_case.initiation_code
LEFT JOIN crosswalk.court AS court
  ON court.list = 'oucode' AND court.source_code = substr(upper(prosecution_case.receiving_court), 1, 5)
LEFT JOIN crosswalk.court AS sending_court
  ON sending_court.list = 'oucode' AND sending_court.source_code = substr(upper(prosecution_case.sending_court), 1, 5)

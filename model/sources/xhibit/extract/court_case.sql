-- entity: court_case
-- grain: one row per case of a court centre
-- why: Xhibit keeps the unique reference number with the defendant, so a case takes the least usable one among its defendants
WITH reference AS (
  SELECT
    case_subject.case_key,
    regexp_replace(upper(case_subject.ptiurn), '[/ ]', '', 'g') AS urn
  FROM case_subject
),
standing AS (
  SELECT
    reference.case_key,
    reference.urn,
    CASE
      WHEN regexp_matches(reference.urn, '^(00[NP]P|[0-9]{2}00)') THEN 'placeholder'
      WHEN regexp_matches(reference.urn, '^[A-Z0-9]{4}[0-9]{7}$') THEN 'valid'
      ELSE 'malformed'
    END AS standing_code
  FROM reference
  WHERE reference.urn IS NOT NULL
),
case_reference AS (
  SELECT
    standing.case_key,
    min(CASE WHEN standing.standing_code = 'valid' THEN standing.urn END) AS valid_urn,
    min(CASE WHEN standing.standing_code = 'placeholder' THEN standing.urn END) AS placeholder_urn,
    min(standing.urn) AS any_urn
  FROM standing
  GROUP BY standing.case_key
)
SELECT
  "case".unit_id,
  'case' AS from_type,
  "case".key AS from_key,
  entity_id('court_case', "case".key) AS case_id,
  'crown' AS jurisdiction_code,
  "case".court_id || "case".case_type || "case".case_no AS source_case_id,
  coalesce(case_reference.valid_urn, case_reference.placeholder_urn, case_reference.any_urn) AS case_urn,
  CASE
    WHEN case_reference.valid_urn IS NOT NULL THEN 'valid'
    WHEN case_reference.placeholder_urn IS NOT NULL THEN 'placeholder'
    WHEN case_reference.any_urn IS NOT NULL THEN 'malformed'
    ELSE 'absent'
  END AS case_urn_standing_code,
  case_type_code.standard_code AS case_type_code,
  "case".case_type AS case_type_source_code,
  coalesce(receipt_code.standard_code, either_way_code.standard_code) AS receipt_type_code,
  coalesce("case".receipt_type, CASE WHEN "case".case_type = 'T' THEN "case".either_way_type END) AS receipt_type_source_code,
  "case".received_on,
  "case".sent_on,
  "case".committed_on,
  court_code.standard_code AS court_code,
  "case".court_id AS court_source_code,
  sending_court_code.standard_code AS sending_court_code,
  "case".sending_court AS sending_court_source_code,
  CASE
    WHEN "case".retrial IN ('Y', '1') THEN TRUE
    WHEN "case".retrial IN ('N', '0') THEN FALSE
  END AS retrial,
  "case".live_status AS case_status_source_code,
  CAST("case".declared_defendant_count AS INTEGER) AS declared_defendant_count,
  "case".concluded_on,
  transferred_from_code.standard_code AS transferred_from_court_code,
  "case".transferred_from_court AS transferred_from_court_source_code,
  transferred_to_code.standard_code AS transferred_to_court_code,
  "case".transferred_to_court AS transferred_to_court_source_code,
  "case".transferred_in_on,
  "case".transferred_out_on,
  CASE
    WHEN "case".transferred_from_court IS NOT NULL AND regexp_matches("case".original_case_no, '^[0-9]{8}$')
      THEN "case".transferred_from_court || "case".case_type || "case".original_case_no
    WHEN "case".transferred_from_court IS NOT NULL AND regexp_matches("case".original_case_no, '^[A-Z][0-9]{8}$')
      THEN "case".transferred_from_court || "case".original_case_no
    ELSE "case".original_case_no
  END AS original_source_case_id,
  (
    "case".case_type || "case".case_no LIKE 'CPP%'
    OR "case".case_no LIKE 'CPP%'
  ) AS is_cp_placeholder,
  CASE
    WHEN "case".severed IN ('Y', '1') THEN TRUE
    WHEN "case".severed IN ('N', '0') THEN FALSE
  END AS is_severed,
  "case".case_group AS case_group_number,
  "case".input_on AS entered_on,
  "case".reopened_on,
  "case".closed_on
FROM "case"
LEFT JOIN case_reference ON case_reference.case_key = "case".key
LEFT JOIN crosswalk.case_type AS case_type_code
  ON case_type_code.list = 'CASE_TYPE' AND case_type_code.source_code = "case".case_type
LEFT JOIN crosswalk.receipt_type AS receipt_code
  ON receipt_code.list = 'RECEIPT_TYPE' AND receipt_code.source_code = "case".receipt_type
LEFT JOIN crosswalk.receipt_type AS either_way_code
  ON either_way_code.list = 'EITHER_WAY_TYPE'
  AND either_way_code.source_code = "case".either_way_type
  AND "case".receipt_type IS NULL
  AND "case".case_type = 'T'
LEFT JOIN crosswalk.court AS court_code
  ON court_code.list = 'CREST_COURT_ID' AND court_code.source_code = "case".court_id
LEFT JOIN crosswalk.court AS sending_court_code
  ON sending_court_code.list = 'PSD_CT_CODE' AND sending_court_code.source_code = "case".sending_court
LEFT JOIN crosswalk.court AS transferred_from_code
  ON transferred_from_code.list = 'CREST_COURT_ID'
  AND transferred_from_code.source_code = "case".transferred_from_court
LEFT JOIN crosswalk.court AS transferred_to_code
  ON transferred_to_code.list = 'CREST_COURT_ID'
  AND transferred_to_code.source_code = "case".transferred_to_court

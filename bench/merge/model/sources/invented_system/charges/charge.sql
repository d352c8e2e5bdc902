-- entity: charge
-- grain: one row per charge
-- why: a mapping like the real ones: a keyed id, a crosswalk, and the rest as delivered
SELECT
  charge.unit_id,
  'charge' AS from_type,
  charge.key AS from_key,
  entity_id('charge', charge.key) AS charge_id,
  plea_code.standard_code AS plea_code,
  charge.charge_number,
  charge.court_code,
  charge.offence_code,
  charge.offence_title,
  charge.wording,
  charge.plea_source_code,
  charge.verdict_source_code,
  charge.offence_on,
  charge.arrest_on,
  charge.charged_on,
  charge.plea_on,
  charge.verdict_on,
  charge.sentence_days,
  charge.fine_amount,
  charge.costs_amount,
  charge.is_convicted,
  charge.is_remanded,
  charge.count_number,
  charge.sex_source_code,
  charge.age_years
FROM charge
LEFT JOIN crosswalk.plea AS plea_code ON plea_code.list = 'answers' AND plea_code.source_code = charge.plea_source_code

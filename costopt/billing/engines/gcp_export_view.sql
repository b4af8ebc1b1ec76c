-- Google's standard or detailed usage cost export as FOCUS 1.2, for BigQuery. The same rules as
-- costopt/billing/mappings/gcp-export.toml: credits that lower a price are part of the line, others a row each.
CREATE OR REPLACE VIEW {view} AS
WITH lines AS (
  SELECT
    *,
    TIMESTAMP(PARSE_DATE('%Y%m', invoice.month), 'America/Los_Angeles') AS period_start,
    TIMESTAMP(DATE_ADD(PARSE_DATE('%Y%m', invoice.month), INTERVAL 1 MONTH), 'America/Los_Angeles') AS period_end,
    ROUND(CAST(cost AS BIGNUMERIC), 10) + COALESCE((
      SELECT SUM(ROUND(CAST(credit.amount AS BIGNUMERIC), 10)) FROM UNNEST(credits) AS credit
      WHERE credit.type IN ({reductions})), 0) AS cash,
    COALESCE((
      SELECT SUM(CAST(credit.amount AS BIGNUMERIC)) FROM UNNEST(credits) AS credit
      WHERE credit.type IN ('COMMITTED_USAGE_DISCOUNT', 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE')), 0) AS committed,
    CASE
      WHEN cost_type = 'tax' THEN 'Tax'
      WHEN COALESCE(cost_type, 'regular') <> 'regular' THEN 'Adjustment'
      WHEN sku.description LIKE 'Commitment%' THEN 'Purchase'
      ELSE 'Usage'
    END AS category,
    (SELECT CONCAT('{{', STRING_AGG(CONCAT(TO_JSON_STRING(label.key), ':', TO_JSON_STRING(label.value)), ','
      ORDER BY label.key), '}}') FROM (
        SELECT own.key, own.value FROM UNNEST(labels) AS own
        UNION ALL
        SELECT given.key, given.value FROM UNNEST(project.labels) AS given
        WHERE given.key NOT IN (SELECT own.key FROM UNNEST(labels) AS own WHERE own.key IS NOT NULL)
      ) AS label) AS tags
  FROM {table}
), charges AS (
SELECT
  period_start AS BillingPeriodStart,
  period_end AS BillingPeriodEnd,
  usage_start_time AS ChargePeriodStart,
  usage_end_time AS ChargePeriodEnd,
  cash AS BilledCost,
  ROUND(CAST(cost AS BIGNUMERIC), 10) AS ContractedCost,
  cash AS EffectiveCost,
  ROUND(CAST(cost AS BIGNUMERIC), 10) AS ListCost,
  usage.amount_in_pricing_units AS PricingQuantity,
  IF(category = 'Usage', usage.amount, NULL) AS ConsumedQuantity,
  billing_account_id AS BillingAccountId,
  currency AS BillingCurrency,
  NULLIF(project.id, '') AS SubAccountId,
  NULLIF(project.name, '') AS SubAccountName,
  'Google Cloud' AS InvoiceIssuerName,
  'Google Cloud' AS ProviderName,
  'Google Cloud' AS PublisherName,
  category AS ChargeCategory,
  IF(cost_type = 'adjustment', 'Correction', NULL) AS ChargeClass,
  sku.description AS ChargeDescription,
  CASE category WHEN 'Usage' THEN 'Usage-Based' WHEN 'Purchase' THEN 'Recurring' ELSE 'One-Time' END AS ChargeFrequency,
  CASE
    WHEN category = 'Usage' AND committed <> 0 THEN 'Committed'
    WHEN category = 'Usage' AND (sku.description LIKE 'Spot %' OR sku.description LIKE 'Preemptible %') THEN 'Dynamic'
    WHEN category IN ('Usage', 'Purchase') THEN 'Standard'
  END AS PricingCategory,
  NULLIF(usage.pricing_unit, '') AS PricingUnit,
  IF(category = 'Usage', NULLIF(usage.unit, ''), NULL) AS ConsumedUnit,
  NULLIF(location.zone, '') AS AvailabilityZone,
  COALESCE(NULLIF(location.region, ''), NULLIF(location.location, '')) AS RegionId,
  NULLIF(location.location, '') AS RegionName,
  {resource_id} AS ResourceId,
  {resource_name} AS ResourceName,
  service.description AS ServiceName,
  {service_category} AS ServiceCategory,
  sku.id AS SkuId,
  sku.description AS SkuMeter,
  tags AS Tags,
  COALESCE(cost_type, 'regular') AS x_SourceType,
  cash AS x_SourceCost,
  service.id AS x_ServiceCode,
  sku.id AS x_UsageType
FROM lines
UNION ALL
SELECT
  period_start, period_end, usage_start_time, usage_end_time,
  ROUND(CAST(credit.amount AS BIGNUMERIC), 10), ROUND(CAST(credit.amount AS BIGNUMERIC), 10),
  ROUND(CAST(credit.amount AS BIGNUMERIC), 10), ROUND(CAST(credit.amount AS BIGNUMERIC), 10),
  NULL, NULL, billing_account_id, currency, NULLIF(project.id, ''), NULLIF(project.name, ''), 'Google Cloud',
  'Google Cloud', 'Google Cloud', 'Credit', CAST(NULL AS STRING), credit.name, 'One-Time', CAST(NULL AS STRING),
  CAST(NULL AS STRING), CAST(NULL AS STRING), NULLIF(location.zone, ''),
  COALESCE(NULLIF(location.region, ''), NULLIF(location.location, '')), NULLIF(location.location, ''),
  {resource_id}, {resource_name}, service.description, {service_category}, sku.id, sku.description, tags,
  CONCAT('credit:', COALESCE(credit.type, '')), ROUND(CAST(credit.amount AS BIGNUMERIC), 10), service.id, sku.id
FROM lines CROSS JOIN UNNEST(credits) AS credit
WHERE COALESCE(credit.type, '') NOT IN ({reductions})
)
SELECT
  {columns}
FROM charges;

-- Google's standard or detailed usage cost export as FOCUS 1.2, for BigQuery. The same rules as
-- costopt/billing/mappings/gcp-export.toml: credits that lower a price are part of the line, others a row each.
CREATE OR REPLACE VIEW {view} AS
WITH named AS (
  SELECT
    *,
    {cost_at_list} AS listed,
    {cost_at_default} AS by_default,
    {effective_price} AS price_paid,
    {default_price} AS price_by_default,
    NULLIF({commitment}, '') AS commitment,
    NULLIF({seller}, '') AS seller,
    COALESCE(NULLIF({model}, ''), 'Default') <> 'Default' AS has_model,
    COALESCE((
      SELECT SUM(CAST(credit.amount AS BIGNUMERIC)) FROM UNNEST(credits) AS credit
      WHERE credit.type IN ('COMMITTED_USAGE_DISCOUNT', 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE')), 0) AS committed,
    (SELECT MAX(label.value) FROM UNNEST(system_labels) AS label
      WHERE label.key = 'compute.googleapis.com/machine_spec') AS machine
  FROM {table}
), lines AS (
  SELECT
    *,
    TIMESTAMP(PARSE_DATE('%Y%m', invoice.month), 'America/Los_Angeles') AS period_start,
    TIMESTAMP(DATE_ADD(PARSE_DATE('%Y%m', invoice.month), INTERVAL 1 MONTH), 'America/Los_Angeles') AS period_end,
    ROUND(CAST(cost AS BIGNUMERIC), 10) + COALESCE((
      SELECT SUM(ROUND(CAST(credit.amount AS BIGNUMERIC), 10)) FROM UNNEST(credits) AS credit
      WHERE credit.type IN ({reductions})), 0) AS cash,
    CASE
      WHEN cost_type = 'tax' THEN 'Tax'
      WHEN COALESCE(cost_type, 'regular') <> 'regular' THEN 'Adjustment'
      WHEN sku.description LIKE 'Commitment%' OR sku.description LIKE '%Committed Use Discount%' THEN 'Purchase'
      WHEN commitment IS NOT NULL AND COALESCE(seller, 'Google') LIKE 'Google%' AND NOT has_model AND committed = 0
        THEN 'Purchase'
      ELSE 'Usage'
    END AS category,
    (SELECT CONCAT('{{', STRING_AGG(CONCAT(TO_JSON_STRING(label.key), ':', TO_JSON_STRING(label.value)), ','
      ORDER BY label.key), '}}') FROM (
        SELECT own.key, own.value FROM UNNEST(labels) AS own
        UNION ALL
        SELECT given.key, given.value FROM UNNEST(project.labels) AS given
        WHERE given.key NOT IN (SELECT own.key FROM UNNEST(labels) AS own WHERE own.key IS NOT NULL)
      ) AS label) AS tags
  FROM named
), charges AS (
SELECT
  period_start AS BillingPeriodStart,
  period_end AS BillingPeriodEnd,
  usage_start_time AS ChargePeriodStart,
  usage_end_time AS ChargePeriodEnd,
  cash AS BilledCost,
  ROUND(CAST(IF(has_model, COALESCE(by_default, cost), cost) AS BIGNUMERIC), 10) AS ContractedCost,
  cash AS EffectiveCost,
  ROUND(CAST(COALESCE(listed, cost) AS BIGNUMERIC), 10) AS ListCost,
  usage.amount_in_pricing_units AS PricingQuantity,
  IF(category = 'Usage', usage.amount, NULL) AS ConsumedQuantity,
  IF(category = 'Usage', IF(has_model, price_by_default, price_paid), NULL) AS ContractedUnitPrice,
  billing_account_id AS BillingAccountId,
  currency AS BillingCurrency,
  NULLIF(project.id, '') AS SubAccountId,
  NULLIF(project.name, '') AS SubAccountName,
  COALESCE(seller, 'Google Cloud') AS InvoiceIssuerName,
  'Google Cloud' AS ProviderName,
  COALESCE(seller, 'Google Cloud') AS PublisherName,
  category AS ChargeCategory,
  IF(cost_type = 'adjustment', 'Correction', NULL) AS ChargeClass,
  sku.description AS ChargeDescription,
  CASE category WHEN 'Usage' THEN 'Usage-Based' WHEN 'Purchase' THEN 'Recurring' ELSE 'One-Time' END AS ChargeFrequency,
  IF(category = 'Purchase', commitment, NULL) AS CommitmentDiscountId,
  IF(category = 'Purchase' AND commitment IS NOT NULL, 'Committed Use Discount', NULL) AS CommitmentDiscountType,
  CASE
    WHEN category <> 'Purchase' OR commitment IS NULL THEN NULL
    WHEN sku.description LIKE 'Commitment%' AND sku.description NOT LIKE '%dollar%' THEN 'Usage'
    ELSE 'Spend'
  END AS CommitmentDiscountCategory,
  CASE
    WHEN category = 'Usage' AND (committed <> 0 OR has_model) THEN 'Committed'
    WHEN category = 'Usage' AND (sku.description LIKE '%Spot Preemptible %' OR sku.description LIKE 'Spot %'
      OR sku.description LIKE 'Preemptible %') THEN 'Dynamic'
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
  sku.id AS x_UsageType,
  IF(machine IS NULL, NULL, CONCAT('{{"InstanceType":', TO_JSON_STRING(machine), '}}')) AS SkuPriceDetails,
  machine AS x_InstanceType
FROM lines
UNION ALL
SELECT
  period_start, period_end, usage_start_time, usage_end_time,
  ROUND(CAST(credit.amount AS BIGNUMERIC), 10), ROUND(CAST(credit.amount AS BIGNUMERIC), 10),
  ROUND(CAST(credit.amount AS BIGNUMERIC), 10), ROUND(CAST(credit.amount AS BIGNUMERIC), 10),
  NULL, NULL, NULL, billing_account_id, currency, NULLIF(project.id, ''), NULLIF(project.name, ''),
  COALESCE(seller, 'Google Cloud'), 'Google Cloud', COALESCE(seller, 'Google Cloud'), 'Credit', CAST(NULL AS STRING),
  credit.name, 'One-Time', CAST(NULL AS STRING), CAST(NULL AS STRING), CAST(NULL AS STRING), CAST(NULL AS STRING),
  CAST(NULL AS STRING), CAST(NULL AS STRING), NULLIF(location.zone, ''),
  COALESCE(NULLIF(location.region, ''), NULLIF(location.location, '')), NULLIF(location.location, ''),
  {resource_id}, {resource_name}, service.description, {service_category}, sku.id, sku.description, tags,
  CONCAT('credit:', COALESCE(credit.type, '')), ROUND(CAST(credit.amount AS BIGNUMERIC), 10), service.id, sku.id,
  IF(machine IS NULL, NULL, CONCAT('{{"InstanceType":', TO_JSON_STRING(machine), '}}')), machine
FROM lines CROSS JOIN UNNEST(credits) AS credit
WHERE COALESCE(credit.type, '') NOT IN ({reductions})
)
SELECT
  {columns}
FROM charges;

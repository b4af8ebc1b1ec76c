-- Usage of SKUs by charge period, of providers that bill parts of machines (vCPUs, GiB of memory) and not machines.
--
-- Usage in pricing units, without corrections and without unused parts of commitments. A day's quantity in a daily bill.
--
-- Grain: one row for each charge period, service, SKU, region, sub-account, pricing unit and currency.
--
-- Columns:
--   charge_period_start time: first instant, UTC
--   charge_period_end time: instant after the last, UTC
--   ServiceName text: service
--   sku_meter text: what the SKU is for, in the provider's words
--   RegionId text: region
--   SubAccountId text: account or project
--   PricingUnit text: unit of the quantity
--   BillingCurrency text: currency
--   quantity quantity: pricing units
--   list_cost money: at public prices
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
SELECT
    ChargePeriodStart AS charge_period_start,
    ChargePeriodEnd AS charge_period_end,
    ServiceName,
    COALESCE(SkuMeter, ChargeDescription) AS sku_meter,
    RegionId,
    SubAccountId,
    PricingUnit,
    BillingCurrency,
    -- Binary fractions give another sum in another order; as decimals they do not.
    CAST(SUM(CAST(PricingQuantity AS DECIMAL(28, 10))) AS DOUBLE) AS quantity,
    SUM(ListCost) AS list_cost,
    COUNT(*) AS line_items
FROM cost
WHERE
    ChargePeriodStart >= :start AND ChargePeriodStart < :end
    AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
    AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
    AND :where
GROUP BY
    ChargePeriodStart, ChargePeriodEnd, ServiceName, COALESCE(SkuMeter, ChargeDescription), RegionId, SubAccountId,
    PricingUnit, BillingCurrency
ORDER BY
    charge_period_start, charge_period_end, ServiceName, sku_meter, RegionId, SubAccountId, PricingUnit, BillingCurrency

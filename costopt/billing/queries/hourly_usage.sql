-- Usage of capacity by charge period: what an optimiser of commitments and sizes reads.
--
-- Usage that is priced by the hour (PricingUnit below), without corrections and without unused parts of commitments. In
-- an hourly bill a charge period is an hour; of a daily bill it is a day, and the quantity is of the day.
--
-- Grain: one row for each charge period, SKU, instance type, operating system, region, sub-account, pricing category
-- and currency.
--
-- Columns:
--   charge_period_start time: first instant, UTC
--   charge_period_end time: instant after the last, UTC
--   ServiceName text: service
--   SkuId text: id of the SKU; NULL where the bill has none
--   instance_type text: type of the instance; NULL where it is none or not told
--   operating_system text: operating system; NULL where not told
--   RegionId text: region
--   SubAccountId text: account or project
--   PricingCategory text: Standard, Committed, Dynamic or Other
--   BillingCurrency text: currency
--   quantity quantity: hours; of a row that stands for several instances the sum of theirs
--   list_cost money: at public prices
--   effective_cost money: amortised
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
    SkuId,
    x_InstanceType AS instance_type,
    x_OperatingSystem AS operating_system,
    RegionId,
    SubAccountId,
    PricingCategory,
    BillingCurrency,
    -- Binary fractions give another sum in another order; as decimals they do not.
    CAST(SUM(CAST(PricingQuantity AS DECIMAL(28, 10))) AS DOUBLE) AS quantity,
    SUM(ListCost) AS list_cost,
    SUM(EffectiveCost) AS effective_cost,
    COUNT(*) AS line_items
FROM cost
WHERE
    ChargePeriodStart >= :start AND ChargePeriodStart < :end
    AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
    AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
    AND PricingUnit IN ('Hours', 'Hrs', 'Hour', 'hours', 'hrs', 'hour', '1 Hour')
    AND :where
GROUP BY
    ChargePeriodStart, ChargePeriodEnd, ServiceName, SkuId, x_InstanceType, x_OperatingSystem, RegionId, SubAccountId,
    PricingCategory, BillingCurrency
ORDER BY
    charge_period_start, charge_period_end, ServiceName, SkuId, instance_type, operating_system, RegionId, SubAccountId,
    PricingCategory, BillingCurrency

-- Currencies of the bill.
--
-- Grain: one row for each currency.
--
-- Columns:
--   BillingCurrency text: ISO 4217 code
--   billed_cost money: what is invoiced
--   first_period time: start of the earliest billing period
--   last_period time: start of the latest billing period
--   line_items count: rows of the bill
--
-- Parameters: none
SELECT
    BillingCurrency,
    SUM(BilledCost) AS billed_cost,
    MIN(BillingPeriodStart) AS first_period,
    MAX(BillingPeriodStart) AS last_period,
    COUNT(*) AS line_items
FROM cost
GROUP BY BillingCurrency
ORDER BY BillingCurrency

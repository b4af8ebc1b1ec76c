-- Totals of all billing periods, by category: what a bill is reconciled by.
--
-- Grain: one row for each billing period, currency and charge category.
--
-- Columns:
--   billing_period_start time: first instant of the billing period, as the bill has it
--   BillingCurrency text: currency
--   ChargeCategory text: Usage, Purchase, Tax, Credit or Adjustment
--   billed_cost money: what is invoiced
--   effective_cost money: amortised
--   list_cost money: at public prices
--   contracted_cost money: at negotiated prices, without commitments
--   source_cost money: in the source's own total column; NULL where the source has none
--   line_items count: rows of the bill
--
-- Parameters: none
SELECT
    BillingPeriodStart AS billing_period_start,
    BillingCurrency,
    ChargeCategory,
    SUM(BilledCost) AS billed_cost,
    SUM(EffectiveCost) AS effective_cost,
    SUM(ListCost) AS list_cost,
    SUM(ContractedCost) AS contracted_cost,
    SUM(x_SourceCost) AS source_cost,
    COUNT(*) AS line_items
FROM cost
GROUP BY BillingPeriodStart, BillingCurrency, ChargeCategory
ORDER BY billing_period_start, BillingCurrency, ChargeCategory

-- Cost by whole sets of tags.
--
-- The few distinct texts of Tags, from which all keys and values are listed without reading the bill again.
-- All charges count.
--
-- Grain: one row for each text of Tags and currency.
--
-- Columns:
--   Tags text: JSON object from key to value; NULL where a charge has none
--   BillingCurrency text: currency
--   billed_cost money: what is invoiced
--   effective_cost money: amortised
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
SELECT
    Tags,
    BillingCurrency,
    SUM(BilledCost) AS billed_cost,
    SUM(EffectiveCost) AS effective_cost,
    COUNT(*) AS line_items
FROM cost
WHERE ChargePeriodStart >= :start AND ChargePeriodStart < :end AND :where
GROUP BY Tags, BillingCurrency
ORDER BY Tags, BillingCurrency

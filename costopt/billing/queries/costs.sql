-- Cost by any dimensions that are columns.
--
-- All charges count: usage, purchases, taxes, credits, adjustments and corrections, so that the sum of billed_cost is
-- what is invoiced. A charge belongs to the time at which its charge period starts.
--
-- A total of which a part is unknown is unknown: it would be too low, and a discount taken from it too. Rows that cost
-- nothing, neither as invoiced nor amortised, add nothing where they lack a cost.
--
-- Grain: one row for each set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   (by) text: the dimensions, in their order
--   billed_cost money: what is invoiced
--   effective_cost money: amortised: purchases spread over what they cover
--   list_cost money: at public prices; NULL where a row that costs something lacks it
--   contracted_cost money: at negotiated prices, without commitments; NULL likewise
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions, none of which is derived
--   where condition: filter
SELECT
    :by.plain_columns,
    SUM(BilledCost) AS billed_cost,
    SUM(EffectiveCost) AS effective_cost,
    CASE
        WHEN COUNT(*) = COUNT(COALESCE(ListCost, CASE WHEN BilledCost = 0 AND EffectiveCost = 0 THEN 0 END))
        THEN SUM(COALESCE(ListCost, CASE WHEN BilledCost = 0 AND EffectiveCost = 0 THEN 0 END))
    END AS list_cost,
    CASE
        WHEN COUNT(*) = COUNT(COALESCE(ContractedCost, CASE WHEN BilledCost = 0 AND EffectiveCost = 0 THEN 0 END))
        THEN SUM(COALESCE(ContractedCost, CASE WHEN BilledCost = 0 AND EffectiveCost = 0 THEN 0 END))
    END AS contracted_cost,
    COUNT(*) AS line_items
FROM cost
WHERE ChargePeriodStart >= :start AND ChargePeriodStart < :end AND :where
GROUP BY :by.plain_keys
ORDER BY :by.names

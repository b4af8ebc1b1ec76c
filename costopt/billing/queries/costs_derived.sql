-- Cost by any dimensions, some of which are tags, months or billing periods.
--
-- The same answer as `costs`. Many rows share one text of tags, so rows are summed by it first and tags are read from
-- the few that are left, which is an order of magnitude faster.
--
-- A total of which a part is unknown is unknown: it would be too low, and a discount taken from it too. Rows that cost
-- nothing, neither as invoiced nor amortised, add nothing where they lack a cost.
--
-- Grain: one row for each set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   (by) text: the dimensions, in their order; a tag that a resource lacks is NULL
--   billed_cost money: what is invoiced
--   effective_cost money: amortised: purchases spread over what they cover
--   list_cost money: at public prices; NULL where a row that costs something lacks it
--   contracted_cost money: at negotiated prices, without commitments; NULL likewise
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions of any kind
--   where condition: filter
WITH grouped AS (
    SELECT
        :by.rows,
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
    GROUP BY :by.row_keys
)
SELECT
    :by.columns,
    SUM(billed_cost) AS billed_cost,
    SUM(effective_cost) AS effective_cost,
    CASE WHEN COUNT(*) = COUNT(list_cost) THEN SUM(list_cost) END AS list_cost,
    CASE WHEN COUNT(*) = COUNT(contracted_cost) THEN SUM(contracted_cost) END AS contracted_cost,
    CAST(SUM(line_items) AS BIGINT) AS line_items
FROM grouped
GROUP BY :by.keys
ORDER BY :by.names

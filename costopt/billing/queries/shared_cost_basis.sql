-- Cost of each value of a tag, and what belongs to none: the basis on which shared cost is allocated.
--
-- All charges count, so that what is allocated adds up to the bill; `where` narrows it. `costopt.billing.allocation`
-- then divides the row without a value.
--
-- Grain: one row for each value of the tag and currency.
--
-- Columns:
--   tag_value text: value of the tag; NULL for what lacks it or has an empty one
--   BillingCurrency text: currency
--   billed_cost money: what is invoiced
--   effective_cost money: amortised
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   tag tag: the tag that names whose cost it is
--   where condition: filter
WITH grouped AS (
    SELECT
        Tags,
        BillingCurrency,
        SUM(BilledCost) AS billed_cost,
        SUM(EffectiveCost) AS effective_cost,
        COUNT(*) AS line_items
    FROM cost
    WHERE ChargePeriodStart >= :start AND ChargePeriodStart < :end AND :where
    GROUP BY Tags, BillingCurrency
)
SELECT
    NULLIF(:tag, '') AS tag_value,
    BillingCurrency,
    SUM(billed_cost) AS billed_cost,
    SUM(effective_cost) AS effective_cost,
    CAST(SUM(line_items) AS BIGINT) AS line_items
FROM grouped
GROUP BY NULLIF(:tag, ''), BillingCurrency
ORDER BY tag_value, BillingCurrency

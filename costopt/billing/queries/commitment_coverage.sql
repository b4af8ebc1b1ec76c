-- How much of what commitments can cover is covered, in on-demand equivalent at list prices.
--
-- Covered is usage that a commitment paid for. It is eligible, and so is usage at standard prices of services of the
-- categories Compute and Databases that is priced by time of capacity (see PricingUnit below). Spot is neither.
-- Usually asked by hour, or by hour and ServiceName. A row whose list cost is not known (NULL, or zero beside a cost)
-- is counted apart.
--
-- Grain: one row for each set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   (by) text: the dimensions, in their order
--   eligible_cost money: list cost of eligible usage
--   covered_cost money: of it what is covered
--   coverage ratio: covered over eligible; NULL where nothing is eligible
--   line_items count: eligible rows of the bill
--   unpriced_line_items count: of them without a list cost
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions of any kind
--   where condition: filter
WITH charges AS (
    SELECT
        :by.rows,
        CASE WHEN ListCost = 0 AND EffectiveCost <> 0 THEN NULL ELSE ListCost END AS list_cost,
        CASE WHEN CommitmentDiscountStatus = 'Used' OR PricingCategory = 'Committed' THEN 1 ELSE 0 END AS covered
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
        AND (
            CommitmentDiscountStatus = 'Used'
            OR PricingCategory = 'Committed'
            OR (
                PricingCategory = 'Standard'
                AND ServiceCategory IN ('Compute', 'Databases')
                AND PricingUnit IN (
                    'Hours', 'Hrs', 'Hour', 'hours', 'hrs', 'hour', '1 Hour',
                    'vCPU-Hours', 'GB-Hours', 'ACU-Hr', 'ACU-Hours', 'Lambda-GB-Second', 'Lambda-GB-Seconds',
                    'gibibyte hour'
                )
            )
        )
        AND :where
),
grouped AS (
    SELECT
        :by.row_names,
        SUM(list_cost) AS eligible_cost,
        SUM(CASE WHEN covered = 1 THEN list_cost ELSE 0 END) AS covered_cost,
        COUNT(*) AS line_items,
        SUM(CASE WHEN list_cost IS NULL THEN 1 ELSE 0 END) AS unpriced_line_items
    FROM charges
    GROUP BY :by.row_names
),
summed AS (
    SELECT
        :by.columns,
        SUM(eligible_cost) AS eligible_cost,
        SUM(covered_cost) AS covered_cost,
        CAST(SUM(line_items) AS BIGINT) AS line_items,
        CAST(SUM(unpriced_line_items) AS BIGINT) AS unpriced_line_items
    FROM grouped
    GROUP BY :by.keys
)
SELECT
    :by.names,
    eligible_cost,
    covered_cost,
    CAST(covered_cost AS DOUBLE) / NULLIF(CAST(eligible_cost AS DOUBLE), 0) AS coverage,
    line_items,
    unpriced_line_items
FROM summed
ORDER BY :by.names

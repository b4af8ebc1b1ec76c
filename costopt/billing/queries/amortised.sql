-- What usage costs, against what it would have cost on demand.
--
-- Usage only, without corrections of earlier periods. Unused parts of commitments are cost without an equivalent, so a
-- commitment that nobody uses lowers the savings. Savings are taken over rows whose list cost is known; it is not where
-- ListCost is NULL, or zero beside a cost. Where ContractedCost is NULL, no discount was negotiated.
-- Usually asked by month, ServiceName and PricingCategory.
--
-- Grain: one row for each set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   (by) text: the dimensions, in their order
--   effective_cost money: amortised cost of all rows
--   list_cost money: on-demand equivalent at public prices, where known
--   contracted_cost money: on-demand equivalent at negotiated prices, of the same rows
--   negotiated_savings money: list less contracted
--   commitment_savings money: contracted less effective: commitments, and whatever else lowers a price
--   savings money: list less effective, of the same rows: the sum of both
--   effective_savings_rate ratio: savings over list cost; NULL where there is none
--   unpriced_cost money: effective cost of rows whose list cost is not known
--   line_items count: rows of the bill
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
        EffectiveCost AS effective_cost,
        CASE
            WHEN CommitmentDiscountStatus = 'Unused' THEN 0
            WHEN ListCost = 0 AND EffectiveCost <> 0 THEN NULL
            ELSE ListCost
        END AS list_cost,
        CASE
            WHEN CommitmentDiscountStatus = 'Unused' THEN 0
            ELSE COALESCE(ContractedCost, ListCost)
        END AS contracted_cost
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND :where
),
grouped AS (
    SELECT
        :by.row_names,
        SUM(effective_cost) AS effective_cost,
        SUM(list_cost) AS list_cost,
        SUM(CASE WHEN list_cost IS NOT NULL THEN contracted_cost END) AS contracted_cost,
        SUM(list_cost - contracted_cost) AS negotiated_savings,
        SUM(CASE WHEN list_cost IS NOT NULL THEN contracted_cost - effective_cost END) AS commitment_savings,
        SUM(list_cost - effective_cost) AS savings,
        SUM(CASE WHEN list_cost IS NULL THEN effective_cost ELSE 0 END) AS unpriced_cost,
        COUNT(*) AS line_items,
        SUM(CASE WHEN list_cost IS NULL THEN 1 ELSE 0 END) AS unpriced_line_items
    FROM charges
    GROUP BY :by.row_names
),
summed AS (
    SELECT
        :by.columns,
        SUM(effective_cost) AS effective_cost,
        SUM(list_cost) AS list_cost,
        SUM(contracted_cost) AS contracted_cost,
        SUM(negotiated_savings) AS negotiated_savings,
        SUM(commitment_savings) AS commitment_savings,
        SUM(savings) AS savings,
        SUM(unpriced_cost) AS unpriced_cost,
        CAST(SUM(line_items) AS BIGINT) AS line_items,
        CAST(SUM(unpriced_line_items) AS BIGINT) AS unpriced_line_items
    FROM grouped
    GROUP BY :by.keys
)
SELECT
    :by.names,
    effective_cost,
    list_cost,
    contracted_cost,
    negotiated_savings,
    commitment_savings,
    savings,
    CAST(savings AS DOUBLE) / NULLIF(CAST(list_cost AS DOUBLE), 0) AS effective_savings_rate,
    unpriced_cost,
    line_items,
    unpriced_line_items
FROM summed
ORDER BY :by.names

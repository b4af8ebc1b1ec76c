-- What changed most against an earlier time, in each currency.
--
-- The two times need not follow each other: the first days of a month can be held against the first days of the month
-- before, as a budget's pace is. All charges count. What is absent in one of the two times has cost nothing in it.
--
-- Grain: one row for each set of values of the dimensions, at most `count` in each currency.
--
-- Columns:
--   (by) text: the dimensions, in their order
--   place count: 1 is the largest change, up or down; equal ones stand in the order of the dimensions
--   current_cost money: cost in [start, end)
--   previous_cost money: cost in [previous_start, previous_end)
--   change money: current less previous
--   change_fraction ratio: change over the size of the previous cost; NULL where that was zero
--
-- Parameters:
--   previous_start time: first instant of the time before
--   previous_end time: instant after its last, not after `start`
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions of any kind
--   where condition: filter
--   billed boolean: cost as invoiced; otherwise amortised
--   count integer: how many
WITH grouped AS (
    SELECT
        :by.rows,
        SUM(
            CASE WHEN ChargePeriodStart < :start THEN 0 WHEN :billed THEN BilledCost ELSE EffectiveCost END
        ) AS current_cost,
        SUM(
            CASE WHEN ChargePeriodStart >= :start THEN 0 WHEN :billed THEN BilledCost ELSE EffectiveCost END
        ) AS previous_cost,
        -- Sums are not subtracted from each other: Spark would cut a digit from a type that is as wide as it gets.
        SUM(
            CASE
                WHEN ChargePeriodStart >= :start AND :billed THEN BilledCost
                WHEN ChargePeriodStart >= :start THEN EffectiveCost
                WHEN :billed THEN -BilledCost
                ELSE -EffectiveCost
            END
        ) AS change
    FROM cost
    WHERE
        (
            ChargePeriodStart >= :start AND ChargePeriodStart < :end
            OR ChargePeriodStart >= :previous_start AND ChargePeriodStart < :previous_end
        )
        AND :where
    GROUP BY :by.row_keys
),
moved AS (
    SELECT
        :by.columns,
        SUM(current_cost) AS current_cost,
        SUM(previous_cost) AS previous_cost,
        SUM(change) AS change
    FROM grouped
    GROUP BY :by.keys
),
placed AS (
    SELECT
        :by.names,
        CAST(
            ROW_NUMBER() OVER (PARTITION BY BillingCurrency ORDER BY ABS(change) DESC, :by.names) AS BIGINT
        ) AS place,
        current_cost,
        previous_cost,
        change
    FROM moved
)
SELECT
    :by.names,
    place,
    current_cost,
    previous_cost,
    change,
    CAST(change AS DOUBLE) / NULLIF(CAST(ABS(previous_cost) AS DOUBLE), 0) AS change_fraction
FROM placed
WHERE place <= :count
ORDER BY BillingCurrency, place

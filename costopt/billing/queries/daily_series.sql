-- Daily effective cost: the series in which anomalies are looked for and from which forecasts are made.
--
-- Usage only, without corrections: taxes, fees, credits and refunds fall on single days and say nothing of usage. A
-- charge that is longer than a day stands on its first day. A day without a row has cost nothing, or has not arrived.
--
-- Grain: one row for each UTC day and set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   charge_day day: UTC day of the start of the charge period
--   (by) text: the dimensions, in their order
--   effective_cost money: amortised
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions of any kind
--   where condition: filter
WITH grouped AS (
    SELECT
        CAST(ChargePeriodStart AS DATE) AS charge_day,
        :by.rows,
        SUM(EffectiveCost) AS effective_cost,
        COUNT(*) AS line_items
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND :where
    GROUP BY CAST(ChargePeriodStart AS DATE), :by.row_keys
)
SELECT
    charge_day,
    :by.columns,
    SUM(effective_cost) AS effective_cost,
    CAST(SUM(line_items) AS BIGINT) AS line_items
FROM grouped
GROUP BY charge_day, :by.keys
ORDER BY charge_day, :by.names

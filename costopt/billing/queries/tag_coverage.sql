-- How much of the cost carries a tag.
--
-- Counts what can carry one: usage, without corrections and without unused parts of commitments. A tag with an empty
-- value counts as absent.
--
-- Grain: one row for each set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   (by) text: the dimensions, in their order
--   effective_cost money: amortised cost of all usage that can carry tags
--   tagged_cost money: of it with the tag
--   untagged_cost money: of it without
--   coverage ratio: tagged over all; NULL where all is zero
--   line_items count: rows of the bill
--   tagged_line_items count: of them with the tag
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions of any kind
--   tag tag: the tag that is looked for
--   where condition: filter
WITH grouped AS (
    SELECT
        :by.rows_and_tags,
        SUM(EffectiveCost) AS effective_cost,
        COUNT(*) AS line_items
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
        AND :where
    GROUP BY :by.row_keys_and_tags
),
covered AS (
    SELECT
        :by.columns,
        SUM(effective_cost) AS effective_cost,
        SUM(CASE WHEN COALESCE(:tag, '') <> '' THEN effective_cost ELSE 0 END) AS tagged_cost,
        SUM(CASE WHEN COALESCE(:tag, '') <> '' THEN 0 ELSE effective_cost END) AS untagged_cost,
        CAST(SUM(line_items) AS BIGINT) AS line_items,
        CAST(SUM(CASE WHEN COALESCE(:tag, '') <> '' THEN line_items ELSE 0 END) AS BIGINT) AS tagged_line_items
    FROM grouped
    GROUP BY :by.keys
)
SELECT
    :by.names,
    effective_cost,
    tagged_cost,
    untagged_cost,
    CAST(tagged_cost AS DOUBLE) / NULLIF(CAST(effective_cost AS DOUBLE), 0) AS coverage,
    line_items,
    tagged_line_items
FROM covered
ORDER BY :by.names

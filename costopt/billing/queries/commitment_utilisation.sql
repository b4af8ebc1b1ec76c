-- How much of each commitment was used, by charge period.
--
-- In an hourly bill a charge period is an hour. Where a provider states what nobody used once a month (the reservation
-- fees of an AWS Cost and Usage Report), that row has the month as its charge period; `unused_commitments` sums both.
--
-- Grain: one row for each charge period, commitment and currency.
--
-- Columns:
--   charge_period_start time: first instant, UTC
--   charge_period_end time: instant after the last, UTC
--   CommitmentDiscountId text: id of the commitment
--   BillingCurrency text: currency
--   commitment_type text: the provider's kind of commitment
--   commitment_category text: Spend or Usage
--   commitment_unit text: unit of the quantities
--   used_cost money: effective cost of the used part
--   unused_cost money: effective cost of the unused part
--   used_quantity quantity: used part in the unit, where told
--   unused_quantity quantity: unused part in the unit, where told
--   utilisation ratio: used over used and unused cost; NULL where both are zero
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
WITH commitments AS (
    SELECT
        ChargePeriodStart AS charge_period_start,
        ChargePeriodEnd AS charge_period_end,
        CommitmentDiscountId,
        BillingCurrency,
        MIN(CommitmentDiscountType) AS commitment_type,
        MIN(CommitmentDiscountCategory) AS commitment_category,
        MIN(CommitmentDiscountUnit) AS commitment_unit,
        SUM(CASE WHEN CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END) AS used_cost,
        SUM(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE 0 END) AS unused_cost,
        SUM(EffectiveCost) AS all_cost,
        -- Binary fractions give another sum in another order; as decimals they do not.
        SUM(
            CASE WHEN CommitmentDiscountStatus = 'Used' THEN CAST(CommitmentDiscountQuantity AS DECIMAL(28, 10)) END
        ) AS used_quantity,
        SUM(
            CASE WHEN CommitmentDiscountStatus = 'Unused' THEN CAST(CommitmentDiscountQuantity AS DECIMAL(28, 10)) END
        ) AS unused_quantity
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND CommitmentDiscountId IS NOT NULL
        AND CommitmentDiscountStatus IN ('Used', 'Unused')
        AND :where
    GROUP BY ChargePeriodStart, ChargePeriodEnd, CommitmentDiscountId, BillingCurrency
)
SELECT
    charge_period_start,
    charge_period_end,
    CommitmentDiscountId,
    BillingCurrency,
    commitment_type,
    commitment_category,
    commitment_unit,
    used_cost,
    unused_cost,
    CAST(used_quantity AS DOUBLE) AS used_quantity,
    CAST(unused_quantity AS DOUBLE) AS unused_quantity,
    CAST(used_cost AS DOUBLE) / NULLIF(CAST(all_cost AS DOUBLE), 0) AS utilisation
FROM commitments
ORDER BY charge_period_start, charge_period_end, CommitmentDiscountId, BillingCurrency

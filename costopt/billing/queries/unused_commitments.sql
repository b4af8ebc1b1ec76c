-- What each commitment wasted over a time.
--
-- Commitments that were used in full are listed too, with an unused cost of zero.
--
-- Grain: one row for each commitment and currency, the largest waste first in each currency.
--
-- Columns:
--   BillingCurrency text: currency
--   CommitmentDiscountId text: id of the commitment
--   commitment_name text: its name, where told
--   commitment_type text: the provider's kind of commitment
--   commitment_category text: Spend or Usage
--   owner text: sub-account of the unused part, where there is one: whose commitment it is
--   used_cost money: effective cost of the used part
--   unused_cost money: effective cost of the unused part
--   utilisation ratio: used over used and unused cost; NULL where both are zero
--   first_charge time: earliest start of a charge period, UTC
--   last_charge time: latest end of a charge period, UTC
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
WITH commitments AS (
    SELECT
        BillingCurrency,
        CommitmentDiscountId,
        MIN(CommitmentDiscountName) AS commitment_name,
        MIN(CommitmentDiscountType) AS commitment_type,
        MIN(CommitmentDiscountCategory) AS commitment_category,
        MIN(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN SubAccountId END) AS owner,
        SUM(CASE WHEN CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END) AS used_cost,
        SUM(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE 0 END) AS unused_cost,
        SUM(EffectiveCost) AS all_cost,
        MIN(ChargePeriodStart) AS first_charge,
        MAX(ChargePeriodEnd) AS last_charge
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND CommitmentDiscountId IS NOT NULL
        AND CommitmentDiscountStatus IN ('Used', 'Unused')
        AND :where
    GROUP BY BillingCurrency, CommitmentDiscountId
)
SELECT
    BillingCurrency,
    CommitmentDiscountId,
    commitment_name,
    commitment_type,
    commitment_category,
    owner,
    used_cost,
    unused_cost,
    CAST(used_cost AS DOUBLE) / NULLIF(CAST(all_cost AS DOUBLE), 0) AS utilisation,
    first_charge,
    last_charge
FROM commitments
ORDER BY BillingCurrency, unused_cost DESC, CommitmentDiscountId

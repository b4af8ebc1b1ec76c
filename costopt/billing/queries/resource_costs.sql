-- What each resource costs, so that savings are counted at what is really paid.
--
-- Usage only, without corrections of earlier periods and without unused parts of commitments. All usage of the resource
-- counts: hours, traffic and requests.
--
-- Grain: one row for each sub-account, region, resource and currency.
--
-- Columns:
--   SubAccountId text: account or project
--   RegionId text: region
--   ResourceId text: id of the resource as the bill has it
--   BillingCurrency text: currency
--   billed_cost money: what is invoiced
--   effective_cost money: amortised
--   list_cost money: at public prices
--   contracted_cost money: at negotiated prices, without commitments
--   first_charge time: earliest start of a charge period, UTC
--   last_charge time: latest end of a charge period, UTC
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
SELECT
    SubAccountId,
    RegionId,
    ResourceId,
    BillingCurrency,
    SUM(BilledCost) AS billed_cost,
    SUM(EffectiveCost) AS effective_cost,
    SUM(ListCost) AS list_cost,
    SUM(ContractedCost) AS contracted_cost,
    MIN(ChargePeriodStart) AS first_charge,
    MAX(ChargePeriodEnd) AS last_charge,
    COUNT(*) AS line_items
FROM cost
WHERE
    ChargePeriodStart >= :start AND ChargePeriodStart < :end
    AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
    AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
    AND ResourceId IS NOT NULL
    AND :where
GROUP BY SubAccountId, RegionId, ResourceId, BillingCurrency
ORDER BY SubAccountId, RegionId, ResourceId, BillingCurrency

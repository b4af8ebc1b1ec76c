-- The dearest resources, in each currency.
--
-- Usage only, without corrections of earlier periods and without unused parts of commitments, which are no resources.
--
-- Grain: one row for each resource of a sub-account, at most `count` in each currency.
--
-- Columns:
--   BillingCurrency text: currency
--   place count: 1 is the dearest in its currency; equal costs stand in the order of their ids
--   ResourceId text: id of the resource
--   SubAccountId text: account or project
--   resource_name text: name, where the bill tells it
--   resource_type text: kind of resource
--   service text: service of the resource; of several the first in order
--   region text: region; of several the first in order
--   billed_cost money: what is invoiced
--   effective_cost money: amortised
--   list_cost money: at public prices
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
--   count integer: how many
WITH resources AS (
    SELECT
        BillingCurrency,
        ResourceId,
        SubAccountId,
        MIN(ResourceName) AS resource_name,
        MIN(ResourceType) AS resource_type,
        MIN(ServiceName) AS service,
        MIN(RegionId) AS region,
        SUM(BilledCost) AS billed_cost,
        SUM(EffectiveCost) AS effective_cost,
        SUM(ListCost) AS list_cost,
        COUNT(*) AS line_items
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
        AND ResourceId IS NOT NULL
        AND :where
    GROUP BY BillingCurrency, ResourceId, SubAccountId
),
placed AS (
    SELECT
        BillingCurrency,
        CAST(
            ROW_NUMBER() OVER (PARTITION BY BillingCurrency ORDER BY effective_cost DESC, ResourceId, SubAccountId) AS BIGINT
        ) AS place,
        ResourceId,
        SubAccountId,
        resource_name,
        resource_type,
        service,
        region,
        billed_cost,
        effective_cost,
        list_cost,
        line_items
    FROM resources
)
SELECT
    BillingCurrency,
    place,
    ResourceId,
    SubAccountId,
    resource_name,
    resource_type,
    service,
    region,
    billed_cost,
    effective_cost,
    list_cost,
    line_items
FROM placed
WHERE place <= :count
ORDER BY BillingCurrency, place

-- Unit prices that are paid, against list.
--
-- Usage with a quantity, without corrections and without unused parts of commitments. Prices are means over all that
-- was used: of a SKU with tiers over its tiers. The negotiated discount is taken only over rows at standard prices
-- whose list and contracted cost are known and whose list cost is above zero.
--
-- Grain: one row for each SKU, service, region, unit, pricing category and currency.
--
-- Columns:
--   ProviderName text: provider
--   ServiceName text: service
--   service_code text: the provider's code of the service
--   RegionId text: region
--   SkuId text: id of the SKU; NULL where the bill has none
--   SkuMeter text: what is metered
--   PricingUnit text: unit of the quantity and of the prices
--   PricingCategory text: Standard, Committed, Dynamic or Other
--   BillingCurrency text: currency of the costs and prices
--   quantity quantity: in the unit
--   list_cost money: at public prices
--   contracted_cost money: at negotiated prices
--   effective_cost money: amortised
--   list_unit_price price: list cost over quantity, of rows with a list cost
--   contracted_unit_price price: contracted cost over quantity, of rows with a contracted cost
--   effective_unit_price price: effective cost over quantity
--   lowest_list_price price: lowest ListUnitPrice that the bill states
--   highest_list_price price: highest ListUnitPrice that the bill states
--   negotiated_discount ratio: 1 less contracted over list; NULL for other than standard prices
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
WITH charges AS (
    SELECT
        ProviderName,
        ServiceName,
        x_ServiceCode AS service_code,
        RegionId,
        SkuId,
        SkuMeter,
        PricingUnit,
        PricingCategory,
        BillingCurrency,
        -- Binary fractions give another sum in another order; as decimals they do not.
        CAST(PricingQuantity AS DECIMAL(28, 10)) AS quantity,
        ListCost AS list_cost,
        ContractedCost AS contracted_cost,
        EffectiveCost AS effective_cost,
        ListUnitPrice AS list_unit_price,
        CASE
            WHEN PricingCategory = 'Standard' AND ListCost > 0 AND ContractedCost IS NOT NULL THEN 1
            ELSE 0
        END AS compared
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
        AND PricingQuantity > 0
        AND :where
),
summed AS (
    SELECT
        ProviderName,
        ServiceName,
        service_code,
        RegionId,
        SkuId,
        SkuMeter,
        PricingUnit,
        PricingCategory,
        BillingCurrency,
        SUM(quantity) AS quantity,
        SUM(CASE WHEN list_cost IS NOT NULL THEN quantity END) AS listed_quantity,
        SUM(CASE WHEN contracted_cost IS NOT NULL THEN quantity END) AS contracted_quantity,
        SUM(list_cost) AS list_cost,
        SUM(contracted_cost) AS contracted_cost,
        SUM(effective_cost) AS effective_cost,
        MIN(list_unit_price) AS lowest_list_price,
        MAX(list_unit_price) AS highest_list_price,
        SUM(CASE WHEN compared = 1 THEN list_cost END) AS compared_list_cost,
        SUM(CASE WHEN compared = 1 THEN contracted_cost END) AS compared_contracted_cost,
        COUNT(*) AS line_items
    FROM charges
    GROUP BY
        ProviderName, ServiceName, service_code, RegionId, SkuId, SkuMeter, PricingUnit, PricingCategory,
        BillingCurrency
)
SELECT
    ProviderName,
    ServiceName,
    service_code,
    RegionId,
    SkuId,
    SkuMeter,
    PricingUnit,
    PricingCategory,
    BillingCurrency,
    CAST(quantity AS DOUBLE) AS quantity,
    list_cost,
    contracted_cost,
    effective_cost,
    CAST(list_cost AS DOUBLE) / NULLIF(CAST(listed_quantity AS DOUBLE), 0) AS list_unit_price,
    CAST(contracted_cost AS DOUBLE) / NULLIF(CAST(contracted_quantity AS DOUBLE), 0) AS contracted_unit_price,
    CAST(effective_cost AS DOUBLE) / NULLIF(CAST(quantity AS DOUBLE), 0) AS effective_unit_price,
    lowest_list_price,
    highest_list_price,
    1 - CAST(compared_contracted_cost AS DOUBLE) / NULLIF(CAST(compared_list_cost AS DOUBLE), 0) AS negotiated_discount,
    line_items
FROM summed
ORDER BY
    ProviderName, ServiceName, service_code, RegionId, SkuId, SkuMeter, PricingUnit, PricingCategory, BillingCurrency

-- Discounts that were negotiated, by service.
--
-- Usage at standard prices, without corrections, whose list and contracted cost are known and whose list cost is above
-- zero.
--
-- Grain: one row for each provider, service code, service and currency.
--
-- Columns:
--   ProviderName text: provider
--   service_code text: the provider's code of the service
--   ServiceName text: service
--   BillingCurrency text: currency
--   list_cost money: at public prices
--   contracted_cost money: at negotiated prices
--   discount ratio: 1 less contracted over list
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   where condition: filter
SELECT
    ProviderName,
    x_ServiceCode AS service_code,
    ServiceName,
    BillingCurrency,
    SUM(ListCost) AS list_cost,
    SUM(ContractedCost) AS contracted_cost,
    1 - CAST(SUM(ContractedCost) AS DOUBLE) / NULLIF(CAST(SUM(ListCost) AS DOUBLE), 0) AS discount,
    COUNT(*) AS line_items
FROM cost
WHERE
    ChargePeriodStart >= :start AND ChargePeriodStart < :end
    AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
    AND PricingCategory = 'Standard'
    AND ListCost > 0 AND ContractedCost IS NOT NULL
    AND :where
GROUP BY ProviderName, x_ServiceCode, ServiceName, BillingCurrency
ORDER BY ProviderName, service_code, ServiceName, BillingCurrency

-- What it costs to move data, by path.
--
-- Usage only, without corrections. The path is read from the usage type of AWS, else (Google, Microsoft, a
-- FOCUS file without x_UsageType) from the words of the meter or the description. Names:
-- https://docs.aws.amazon.com/cur/latest/userguide/cur-data-transfers-charges.html,
-- https://cloud.google.com/vpc/network-pricing. What speaks of transfer in words that are not known here is `other`.
--
-- Grain: one row for each path, unit and set of values of the dimensions, which always hold the currency.
--
-- Columns:
--   path text: `nat gateway`, `private endpoint`, `transit gateway`, `dedicated line`, `load balancer`, `cdn`,
--     `between zones`, `between regions`, `internet in`, `internet out` or `other`
--   unit text: unit of the quantity
--   (by) text: the dimensions, in their order
--   quantity quantity: data in the unit; NULL where not told
--   billed_cost money: what is invoiced
--   effective_cost money: amortised
--   list_cost money: at public prices
--   line_items count: rows of the bill
--
-- Parameters:
--   start time: first instant
--   end time: instant after the last
--   by grouping: dimensions of any kind
--   where condition: filter
WITH grouped AS (
    SELECT
        -- Few meters have many rows: they are grouped before a word is looked for in them.
        COALESCE(x_UsageType, SkuMeter) AS meter,
        COALESCE(SkuMeter, ChargeDescription) AS words,
        PricingUnit AS unit,
        :by.rows,
        -- Binary fractions give another sum in another order; as decimals they do not.
        SUM(CAST(PricingQuantity AS DECIMAL(28, 10))) AS quantity,
        SUM(BilledCost) AS billed_cost,
        SUM(EffectiveCost) AS effective_cost,
        SUM(ListCost) AS list_cost,
        COUNT(*) AS line_items
    FROM cost
    WHERE
        ChargePeriodStart >= :start AND ChargePeriodStart < :end
        AND ChargeCategory = 'Usage' AND ChargeClass IS NULL
        -- Whatever has a path below has one of these words: the many other rows are never grouped.
        AND (
            x_UsageType LIKE '%Bytes%' OR x_UsageType LIKE '%DataXfer-%'
            OR SkuMeter LIKE '%Bytes%' OR SkuMeter LIKE '%DataXfer-%' OR SkuMeter LIKE '%Data Process%'
            OR SkuMeter LIKE '%Data Transfer%' OR SkuMeter LIKE '%data transfer%' OR SkuMeter LIKE '%gress%'
            OR SkuMeter LIKE '%CloudFront%' OR SkuMeter LIKE '%Destinations%'
            OR ChargeDescription LIKE '%Data Process%' OR ChargeDescription LIKE '%Data Transfer%'
            OR ChargeDescription LIKE '%data transfer%' OR ChargeDescription LIKE '%gress%'
            OR ChargeDescription LIKE '%CloudFront%' OR ChargeDescription LIKE '%Destinations%'
        )
        AND :where
    GROUP BY COALESCE(x_UsageType, SkuMeter), COALESCE(SkuMeter, ChargeDescription), PricingUnit, :by.row_keys
),
routed AS (
    SELECT
        CASE
            WHEN meter LIKE '%NatGateway-Bytes' THEN 'nat gateway'
            WHEN meter LIKE '%VpcEndpoint-Bytes' THEN 'private endpoint'
            WHEN meter LIKE '%TransitGateway-Bytes' THEN 'transit gateway'
            WHEN meter LIKE '%DataXfer-Out%' OR meter LIKE '%DataXfer-In%' THEN 'dedicated line'
            WHEN meter LIKE '%DataProcessing-Bytes' THEN 'load balancer'
            WHEN meter LIKE '%CloudFront-Out-Bytes' OR meter LIKE '%CloudFront-In-Bytes' THEN 'cdn'
            WHEN meter LIKE '%DataTransfer-Regional-Bytes' OR meter LIKE '%DataTransfer-xAZ-%Bytes' THEN 'between zones'
            WHEN meter LIKE '%AWS-Out-%Bytes%' OR meter LIKE '%AWS-In-%Bytes%' THEN 'between regions'
            WHEN meter LIKE '%DataTransfer-In-%Bytes%' THEN 'internet in'
            WHEN meter LIKE '%DataTransfer-Out-%Bytes%' THEN 'internet out'
            WHEN words LIKE '%Data Processed by NAT Gateway%' OR words LIKE '%Cloud Nat Data Processing%' THEN 'nat gateway'
            WHEN words LIKE '%Private Service Connect%Data Processing%' THEN 'private endpoint'
            WHEN words LIKE '%Interconnect%Egress%' OR words LIKE '%Interconnect%Data Transfer%' THEN 'dedicated line'
            WHEN words LIKE '%to CloudFront%' OR words LIKE '%from CloudFront%' OR words LIKE '%CDN%Egress%'
                OR words LIKE '%CDN%Data Transfer%' THEN 'cdn'
            WHEN words LIKE '%Inter Zone%Egress%' OR words LIKE '%Inter Zone%Data Transfer%'
                OR words LIKE '%Inter-Availability Zone Data Transfer%'
                OR words LIKE '%regional data transfer%' THEN 'between zones'
            WHEN words LIKE '%Inter Region%Egress%' OR words LIKE '%Inter Region%Data Transfer%'
                OR words LIKE '%Inter-Region Data Transfer%'
                OR words LIKE '%data transfer from %' OR words LIKE '%data transfer to %' THEN 'between regions'
            WHEN words LIKE '%data transfer in %' OR words LIKE '%Ingress%' OR words LIKE '%Data Transfer In'
                OR words LIKE '%Data Transfer In %' THEN 'internet in'
            WHEN words LIKE '%Internet%Egress%' OR words LIKE '%Internet%Data Transfer%'
                OR words LIKE '%data transfer out%' OR words LIKE '%Data Transfer Out%'
                OR words LIKE '%Download %Destinations%' THEN 'internet out'
            WHEN words LIKE '%Egress%' OR words LIKE '%Data Transfer%' OR words LIKE '%data transfer%' THEN 'other'
        END AS path,
        unit,
        :by.columns,
        quantity,
        billed_cost,
        effective_cost,
        list_cost,
        line_items
    FROM grouped
)
SELECT
    path,
    unit,
    :by.names,
    CAST(SUM(quantity) AS DOUBLE) AS quantity,
    SUM(billed_cost) AS billed_cost,
    SUM(effective_cost) AS effective_cost,
    SUM(list_cost) AS list_cost,
    CAST(SUM(line_items) AS BIGINT) AS line_items
FROM routed
WHERE path IS NOT NULL
GROUP BY path, unit, :by.names
ORDER BY path, unit, :by.names

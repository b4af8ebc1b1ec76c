"""The columns of a bill: FOCUS 1.2 and those of our own, which begin with `x_`.

Every bill, whoever sends it, becomes one table `cost` with these columns in this order. Times are UTC without a zone,
periods half-open. Source: https://focus.finops.org/focus-specification/v1-2/.
"""

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """Types of the canonical table, in DuckDB's names."""

    TEXT = "VARCHAR"
    MONEY = "DECIMAL(28,10)"
    """Costs: exact, so that a sum is the same in every run and engine; 18 digits before the point, 10 after."""
    NUMBER = "DOUBLE"
    """Prices, quantities and ratios: never summed as money."""
    TIME = "TIMESTAMP"
    """UTC, without a zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the canonical table."""

    name: str
    """Name, as FOCUS spells it."""
    type: ColumnType
    """Type in the canonical table."""
    mandatory: bool = False
    """Whether a FOCUS file without it is refused."""


def _columns(names: str, kind: ColumnType, *, mandatory: str = "") -> tuple[Column, ...]:
    must = mandatory.split()
    return tuple(Column(name=name, type=kind, mandatory=name in must) for name in names.split())


_TEXT = """
    AvailabilityZone BillingAccountId BillingAccountName BillingAccountType BillingCurrency CapacityReservationId
    CapacityReservationStatus ChargeCategory ChargeClass ChargeDescription ChargeFrequency CommitmentDiscountCategory
    CommitmentDiscountId CommitmentDiscountName CommitmentDiscountStatus CommitmentDiscountType CommitmentDiscountUnit
    ConsumedUnit InvoiceId InvoiceIssuerName PricingCategory PricingCurrency PricingUnit ProviderName PublisherName
    RegionId RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName ServiceSubcategory SkuId
    SkuMeter SkuPriceDetails SkuPriceId SubAccountId SubAccountName SubAccountType Tags
"""
_MONEY = "BilledCost ContractedCost EffectiveCost ListCost PricingCurrencyEffectiveCost"
_NUMBER = """
    CommitmentDiscountQuantity ConsumedQuantity ContractedUnitPrice ListUnitPrice PricingCurrencyContractedUnitPrice
    PricingCurrencyListUnitPrice PricingQuantity
"""
_TIME = "BillingPeriodStart BillingPeriodEnd ChargePeriodStart ChargePeriodEnd"
_MANDATORY = """
    BilledCost EffectiveCost ListCost ContractedCost BillingAccountId BillingCurrency BillingPeriodStart
    BillingPeriodEnd ChargePeriodStart ChargePeriodEnd ChargeCategory ServiceName
"""
"""Without these there is no total, no day or no service to speak of. FOCUS asks for more, which the conformance
checks report; a bill that lacks them can still be counted."""

FOCUS_COLUMNS: tuple[Column, ...] = (
    *_columns(_TIME, ColumnType.TIME, mandatory=_MANDATORY),
    *_columns(_MONEY, ColumnType.MONEY, mandatory=_MANDATORY),
    *_columns(_NUMBER, ColumnType.NUMBER, mandatory=_MANDATORY),
    *_columns(_TEXT, ColumnType.TEXT, mandatory=_MANDATORY),
)
"""The 57 columns of FOCUS 1.2."""

OWN_COLUMNS: tuple[Column, ...] = (
    Column(name="x_SourceType", type=ColumnType.TEXT),
    Column(name="x_SourceCost", type=ColumnType.MONEY),
    Column(name="x_ServiceCode", type=ColumnType.TEXT),
    Column(name="x_UsageType", type=ColumnType.TEXT),
    Column(name="x_Operation", type=ColumnType.TEXT),
    Column(name="x_InstanceType", type=ColumnType.TEXT),
    Column(name="x_OperatingSystem", type=ColumnType.TEXT),
    Column(name="x_CostCategories", type=ColumnType.TEXT),
    Column(name="x_SplitParentId", type=ColumnType.TEXT),
    Column(name="x_SplitCost", type=ColumnType.MONEY),
)
"""What costopt adds:

- `x_SourceType`: the source's own kind of line, such as `SavingsPlanCoveredUsage`; of FOCUS the ChargeCategory.
- `x_SourceCost`: the money of the line in the source's own total column, so that a bill reconciles with its file.
- `x_ServiceCode`, `x_UsageType`, `x_Operation`: AWS product code, usage type and operation; of GCP the service's and
  the SKU's id.
- `x_InstanceType`, `x_OperatingSystem`: of instance hours, where the source tells.
- `x_CostCategories`: JSON object of the provider's own categories.
- `x_SplitParentId`, `x_SplitCost`: of rows of split cost allocation, whose BilledCost is 0, since the instance that
  they share is billed on its own row.
"""

COLUMNS: tuple[Column, ...] = (*FOCUS_COLUMNS, *OWN_COLUMNS)
"""The canonical table, in its order; columns that only one source has follow after them."""

TYPES: dict[str, ColumnType] = {column.name: column.type for column in COLUMNS}
"""Type by name."""


class ChargeCategory(StrEnum):
    """What a charge is for (FOCUS 1.2)."""

    USAGE = "Usage"
    PURCHASE = "Purchase"
    TAX = "Tax"
    CREDIT = "Credit"
    ADJUSTMENT = "Adjustment"


CHARGE_CLASS_CORRECTION = "Correction"
"""The only value of ChargeClass: the row corrects one of an earlier billing period."""

"""Questions of costopt as one would ask them of the same files in pandas, reading only the columns needed."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

COUNT = 100
"""Resources asked for of each currency, as the bench asks costopt."""


def _read(files: Sequence[Path], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(pd.read_parquet(path, columns=list(columns), dtype_backend="pyarrow") for path in files)


def _used(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["ChargeCategory"] == "Usage") & table["ChargeClass"].isna()]


def costs(files: Sequence[Path]) -> pd.DataFrame:
    """Cost by day, account and service; a sum of which a part is unknown is unknown."""
    money = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
    keys = ["SubAccountId", "ServiceName", "BillingCurrency"]
    table = _read(files, ["ChargePeriodStart", *keys, *money])
    table["day"] = table["ChargePeriodStart"].dt.floor("D")
    free = (table["BilledCost"] == 0) & (table["EffectiveCost"] == 0)
    for column in ("ListCost", "ContractedCost"):
        table[column] = table[column].mask(table[column].isna() & free, 0)
    groups = table.groupby(["day", *keys], dropna=False)[money]
    sums, known, size = groups.sum(), groups.count(), groups.size()
    for column in ("ListCost", "ContractedCost"):
        sums[column] = sums[column].where(known[column] == size)
    return sums


def top_resources(files: Sequence[Path]) -> pd.DataFrame:
    """The dearest resources of each currency."""
    keys = ["BillingCurrency", "ResourceId", "SubAccountId"]
    names = ["ResourceName", "ResourceType", "ServiceName", "RegionId"]
    money = ["BilledCost", "EffectiveCost", "ListCost"]
    kind = ["ChargeCategory", "ChargeClass", "CommitmentDiscountStatus"]
    table = _used(_read(files, [*keys, *names, *money, *kind]))
    table = table[(table["CommitmentDiscountStatus"].fillna("") != "Unused") & table["ResourceId"].notna()]
    groups = table.groupby(keys)
    found = groups[names].min().join(groups[money].sum()).reset_index()
    return (
        found.sort_values(["BillingCurrency", "EffectiveCost"], ascending=False).groupby("BillingCurrency").head(COUNT)
    )


def service_discounts(files: Sequence[Path]) -> pd.DataFrame:
    """List and contracted cost of standard usage by service."""
    keys = ["ProviderName", "x_ServiceCode", "ServiceName", "BillingCurrency"]
    table = _used(
        _read(files, [*keys, "ListCost", "ContractedCost", "ChargeCategory", "ChargeClass", "PricingCategory"])
    )
    table = table[(table["PricingCategory"] == "Standard") & (table["ListCost"] > 0) & table["ContractedCost"].notna()]
    return table.groupby(keys, dropna=False)[["ListCost", "ContractedCost"]].sum()


QUESTIONS: Mapping[str, Callable[[Sequence[Path]], pd.DataFrame]] = {
    "costs": costs,
    "top_resources": top_resources,
    "service_discounts": service_discounts,
}

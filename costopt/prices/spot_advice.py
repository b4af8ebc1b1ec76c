"""How often the provider takes spot capacity back, as its spot advisor says it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from costopt.prices.manifest import read_manifest, read_table

UPPER_ENDS: Final = (0.05, 0.10, 0.15, 0.20, 0.30)
"""Share of instances interrupted in a month up to which each band of the advisor reaches. The last band is open: AWS
says "over 20 %", and 30 % is taken. Source: https://aws.amazon.com/ec2/spot/instance-advisor/."""


def read_interruptions(folders: Sequence[Path], region: str, operating_system: str) -> Mapping[str, float]:
    """Share of instances interrupted in a month, the upper end of its band, by instance type.

    Args:
        folders: catalogs, the lowest first; what a later one says stands above.
        region: such as `eu-west-1`.
        operating_system: `linux` or `windows`.

    Returns:
        The types that the advisor knows; none in the embedded catalog, which holds no advice.

    Raises:
        CatalogError: a folder holds no usable catalog.
    """
    found: dict[str, float] = {}
    for folder in folders:
        for row in read_table(folder, "spot_advice", read_manifest(folder)).to_pylist():
            if (row["region"], row["os"]) == (region, operating_system):
                found[row["instance_type"]] = UPPER_ENDS[row["interruption_band"]]
    return found

"""Places that Google has prices for: regions, and groups of them that hold buckets and snapshots.

Sources: https://cloud.google.com/storage/docs/locations, https://cloud.google.com/compute/docs/disks/snapshots.
"""

import re
from collections.abc import Mapping
from typing import Final

MULTI_REGIONS: Final = frozenset({"asia", "eu", "us"})
"""Several regions of a continent; what is kept there lies in at least two of them."""
DUAL_REGIONS: Final = frozenset({"asia1", "eur4", "nam4"})
"""Two regions each. Pairs of the user's choice have no name of their own, and no price here."""
OTHER_NAMES: Final[Mapping[str, str]] = {
    "asia-multi": "asia",
    "europe": "eu",
    "europe-multi": "eu",
    "us-multi": "us",
}
"""How others call such places."""

_REGION: Final = re.compile(r"[a-z]{2,20}-[a-z]{2,20}[0-9]{1,2}")


def is_region(name: str) -> bool:
    """Whether a name is that of one region, such as `europe-west4`, and not `us`, `asia-multi` or something else."""
    return _REGION.fullmatch(name) is not None


def place(name: str) -> str | None:
    """The place of that name as its API calls it, None where it is none.

    Places name folders of the cache, so that nothing else may pass.

    Args:
        name: such as `europe-west4`, `us`, `nam4`, `europe-multi`.
    """
    known = OTHER_NAMES.get(name, name)
    return known if is_region(known) or known in MULTI_REGIONS or known in DUAL_REGIONS else None

"""What a snapshot says of itself."""

from dataclasses import dataclass
from datetime import datetime

from costopt.model.coverage import ScopeResult
from costopt.model.money import Money

SNAPSHOT_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The table of contents of a snapshot; written last, so that a snapshot without one does not exist."""

    schema_version: int
    """Version of the layout on disk."""
    tool_version: str
    """Version of costopt that wrote it."""
    collected_at: datetime
    """When collection began, UTC; metrics end at the last whole step before."""
    accounts: tuple[str, ...]
    """Accounts read, sorted."""
    regions: tuple[str, ...]
    """Regions read, sorted."""
    catalog_version: str
    """Price catalog at that time."""
    collection_cost: Money
    """What the provider charges for the API calls of the collection."""
    files: dict[str, str]
    """File name to SHA-256, for every data file of the snapshot."""
    coverage: tuple[ScopeResult, ...]
    """The ledger: every planned scope, sorted."""
    made: bool = False
    """True where the data is a made example."""

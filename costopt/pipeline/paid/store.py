"""The store of bills that a command means."""

from pathlib import Path

from costopt.billing.lake import CATALOG
from costopt.config.settings import Settings
from costopt.errors import UsageError


def chosen_store(settings: Settings, store: Path | None, *, no_bill: bool) -> Path | None:
    """The store of bills that a command means.

    Args:
        settings: the user's settings, which name a store that is used where it is there.
        store: the store that the user named.
        no_bill: whether the user wants none.

    Returns:
        None where list prices are to be used.

    Raises:
        UsageError: a store is named and refused at once.
    """
    if store is not None and no_bill:
        raise UsageError("--store beside --no-bill", hint="Give one or the other.")
    if store is not None or no_bill:
        return store
    usual = Path(settings.billing.store)
    return usual if (usual / CATALOG).is_file() else None

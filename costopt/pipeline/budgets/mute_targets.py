"""What alerts can be about: a silence of something that nothing is called would silence nobody."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from costopt.billing.engine import Engine
from costopt.billing.lake import CATALOG
from costopt.config.settings import BillingSettings, Settings
from costopt.errors import AlertBookError, ConfigError, UsageError
from costopt.pipeline.budgets.channels import open_state
from costopt.pipeline.costs import ALL_TIME, CostRequest, costs_of
from costopt.pipeline.engines import open_engine, store_path
from costopt.store.alert_book.document import decode

_FINGERPRINT = re.compile(r"A-[0-9a-f]{16}")
_MOST_SHOWN = 3


def require_target(target: str, settings: Settings, *, folder: Path, environ: Mapping[str, str]) -> None:
    """Refuse the name of nothing: no budget, nothing that people were told of, nothing that the bill holds.

    Whole ids are taken as they are: messages end with them, and what they are about may be over.

    Args:
        target: name or id.
        settings: the user's.
        folder: what relative paths of the settings are relative to.
        environ: the environment.

    Raises:
        UsageError: with what it may have meant; or the settings group by a column that the bill does not have.
        StoreError: a store that is damaged.
    """
    if _FINGERPRINT.fullmatch(target):
        return
    known: set[str] = set()
    for names in (_budgets(settings), _told(settings, folder, environ), _in_bill(settings)):
        known |= set(names)
        if target in known:
            return
    near = get_close_matches(target, sorted(known), n=_MOST_SHOWN)
    meant = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise UsageError(
        f"no budget, no alert and nothing in the bill is called {target!r}",
        hint=f"{meant}Messages end with the id to use; --anyway silences what is not there yet.",
    )


def _budgets(settings: Settings) -> Iterator[str]:
    yield from (one.name for one in settings.budgets)


def _told(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Subjects that the state remembers. One that cannot be read is told by whatever needs it."""
    if not settings.notify.channels:
        return
    with suppress(AlertBookError, ConfigError):
        shelf = open_state(settings.notify, folder=folder, environ=environ)
        kept = shelf.read()
        books = decode(kept.content, shelf.place).channels if kept else {}
        yield from (one.condition.subject for book in books.values() for one in book.remembered.values())


def _in_bill(settings: Settings) -> Iterator[str]:
    """Sources, and what anomalies and commitments are named after, of the store on this machine.

    An engine that costs money is not asked for a name.
    """
    path = store_path(settings)
    if settings.engine.kind != "duckdb" or not (path / CATALOG).is_file():
        return
    with open_engine(settings, path) as engine:
        if engine.catalog is not None:
            yield from (bill.source for bill in engine.catalog.bills)
        for by in settings.budget.group_by:
            yield from _values(engine, by)
        for commitment in _values(engine, "CommitmentDiscountId"):
            yield from (commitment, f"end of {commitment}")


def _values(engine: Engine, by: str) -> Iterator[str]:
    table = costs_of(engine, BillingSettings(), CostRequest(by=(by,), period=ALL_TIME)).table
    yield from (str(value) for value in table.column(0).to_pylist() if value)

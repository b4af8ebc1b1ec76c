"""What the bills of a store are worth: what they hold, and whether they keep the rules of FOCUS."""

from pathlib import Path

from costopt.billing.conformance.bills import assess_bills
from costopt.billing.conformance.run import run_checks
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.lake import Lake
from costopt.config.settings import Settings
from costopt.errors import StoreError
from costopt.model.conformance import CheckResult, StoreQuality
from costopt.pipeline.engines import store_path


def assess_store(settings: Settings, *, store: Path | None = None) -> StoreQuality:
    """Count every bill of the store anew, and check its rows, a source at a time.

    Args:
        settings: the user's settings.
        store: directory of the store; the settings' otherwise.

    Raises:
        StoreError: no store there, a damaged one, or one without a bill.
        EngineError: a file of the store cannot be read.
        BillError: rows lack what every total needs.
    """
    lake = Lake(store_path(settings, store))
    catalog = lake.catalog()
    if not catalog.bills:
        raise StoreError("the store holds no bill", hint="`costopt collect focus FILE` takes one in.")
    results: list[CheckResult] = []
    for source in sorted({bill.source for bill in catalog.bills}):
        with open_duckdb(lake, source=source) as engine:
            results += run_checks(engine, catalog, source)
    return StoreQuality(bills=assess_bills(lake, catalog), results=tuple(results))

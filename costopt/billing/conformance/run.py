"""Running the checks of conformance over the bills of one source.

Each check is one statement that counts the rows which break its rule and names the places with the most of them. Beside
the table `cost`, which holds the bills of the source, a condition may ask `bill`: a row for each source, billing period
and billing account of the whole store, with the columns `source`, `period` (`YYYY-MM`), `account`, `ingested_at` (UTC)
and `is_checked` (whether it is of the source at hand).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Final

from costopt.billing.conformance.check import Check, load_checks
from costopt.billing.engine import Engine
from costopt.billing.sql_text import literal
from costopt.model.bill import Catalog, PeriodBill
from costopt.model.conformance import CheckResult, Example, Outcome

MOST_EXAMPLES: Final = 5


def run_checks(
    engine: Engine, catalog: Catalog, source: str, checks: Sequence[Check] | None = None
) -> tuple[CheckResult, ...]:
    """Check the bills of one source.

    Args:
        engine: DuckDB over the bills of that source and no other.
        catalog: of the whole store.
        source: name of the source; it has a bill in the catalog.
        checks: which ones; all by default.

    Returns:
        A result for each check, in their order.

    Raises:
        EngineError: a file of the store cannot be read.
    """
    rows = sum(bill.rows for bill in catalog.bills if bill.source == source)
    chosen = load_checks() if checks is None else checks
    return tuple(_run(engine, catalog, source, check, rows) for check in chosen)


def _run(engine: Engine, catalog: Catalog, source: str, check: Check, rows: int) -> CheckResult:
    if check.most_rows is not None and rows > check.most_rows:
        reason = f"{rows:,} rows; it is run up to {check.most_rows:,}"
        return CheckResult(source=source, rule=check.rule, outcome=Outcome.NOT_RUN, broken_rows=None, reason=reason)
    found = engine.query(statement(check, catalog.bills, source)).to_pylist()
    return CheckResult(
        source=source,
        rule=check.rule,
        outcome=Outcome.BROKEN if found else Outcome.PASSED,
        broken_rows=found[0]["all_rows"] if found else 0,
        examples=tuple(
            Example(
                billing_period=row["billing_period"],
                service=row["service"],
                category=row["category"],
                rows=row["broken_rows"],
            )
            for row in found
        ),
    )


def statement(check: Check, bills: Sequence[PeriodBill], source: str) -> str:
    """SQL of one check: a row for each of the worst places, each with the sum over all places; none where all keep it.

    Args:
        check: the check.
        bills: all bills of the store, at least one.
        source: whose bills are checked.
    """
    known = ", ".join(_rows(bills, source))
    return f"""WITH bill(source, period, account, ingested_at, is_checked) AS (VALUES {known}),
        places AS (
            SELECT strftime(BillingPeriodStart, '%Y-%m') AS billing_period, ServiceName AS service,
                ChargeCategory AS category, COUNT(*) AS broken_rows
            FROM {check.rows} WHERE {check.breaks} GROUP BY ALL)
        SELECT *, CAST(SUM(broken_rows) OVER () AS BIGINT) AS all_rows FROM places
        ORDER BY broken_rows DESC, billing_period, service, category LIMIT {MOST_EXAMPLES}"""  # noqa: S608 - escaped


def _rows(bills: Sequence[PeriodBill], source: str) -> Iterator[str]:
    for bill in bills:
        checked = str(bill.source == source).lower()
        taken = f"TIMESTAMP '{bill.ingested_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}'"
        for account in bill.billing_accounts or (None,):
            owner = "CAST(NULL AS VARCHAR)" if account is None else _text(account)
            yield f"({literal(bill.source)}, {literal(bill.billing_period)}, {owner}, {taken}, {checked})"


def _text(text: str) -> str:
    """A text of a stranger; DuckDB's parser takes the character NUL for the end of the statement."""
    return " || chr(0) || ".join(literal(part) for part in text.split("\0"))

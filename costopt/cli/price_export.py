"""`costopt prices refresh --cloud gcp --table`: what is asked of Google's pricing export, and what is said of it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.bills_gcp import spelled_size

if TYPE_CHECKING:
    from costopt.config.settings import Settings
    from costopt.pipeline.price_export import PriceExportRefresh, PriceExportRequest
    from costopt.prices.refresh.google_contract import ContractDiscount, SkuDiscount

_SHOWN = 5
"""SKUs with another discount than the usual that are named, of a service."""
_LONGEST = 80
_OPTIONS = (
    click.option(
        "--table",
        metavar="PROJECT.DATASET.TABLE",
        help="Of Google: read the pricing export in BigQuery instead, with your contract's prices.",
    ),
    click.option("--billing-account", metavar="ID", help="Of --table: whose prices; the only account otherwise."),
    click.option("--project", metavar="ID", help="Of --table: project that pays; that of the credentials otherwise."),
    click.option("--location", metavar="NAME", help="Of --table: BigQuery location, such as EU."),
    click.option(
        "--max-gib-billed",
        type=click.FloatRange(min=0, min_open=True),
        metavar="GIB",
        help="Of --table: refuse what BigQuery would bill above that; the setting engine.max_gib_billed otherwise.",
    ),
    click.option("--dry-run", is_flag=True, help="Of --table: print the bytes that BigQuery would bill; read nothing."),
)
_NAMES = ("billing_account", "project", "location", "max_gib_billed", "dry_run")


def table_options(command: Any) -> Any:
    """Adds the options of a pricing export to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def require_table(given: dict[str, Any]) -> None:
    """Refuse options that mean nothing without a table."""
    lone = [f"--{name.replace('_', '-')}" for name in _NAMES if given[name] not in (None, False)]
    if lone and not given["table"]:
        raise click.UsageError(f"{', '.join(lone)}: of a --table only")


def request_of(settings: "Settings", given: dict[str, Any]) -> "PriceExportRequest":
    """What was asked for, with the settings where nothing was."""
    from costopt.pipeline.price_export import PriceExportRequest

    limit = given["max_gib_billed"]
    return PriceExportRequest(
        table=given["table"],
        billing_account=given["billing_account"],
        project=given["project"] or settings.engine.project,
        location=given["location"] or settings.engine.location,
        max_gib_billed=settings.engine.max_gib_billed if limit is None else limit,
        endpoint_url=given["base_url"],
    )


def say_estimate(request: "PriceExportRequest") -> int:
    """Print what reading would be billed."""
    from costopt.pipeline.price_export import estimate_price_export

    found = estimate_price_export(request)
    click.echo(
        f"which days there are: {spelled_size(found.survey_bytes)}; the prices: at most "
        f"{spelled_size(found.prices_bytes)}"
    )
    click.echo(f"the limit is {request.max_gib_billed:g} GiB; nothing was read", err=True)
    return 0


def say_contract(refreshed: "PriceExportRefresh", settings: "Settings") -> None:
    """Print the lines of settings that the contract suggests, with what speaks against them as comments."""
    for note in refreshed.notes:
        click.echo(f"  note: {note}", err=True)
    of = f"billing account {_plain(refreshed.account)} on {refreshed.as_of:%Y-%m-%d}"
    if not refreshed.discounts:
        click.echo(f"{of} has no prices of its own: it pays list prices", err=True)
        return
    click.echo(f"# What {of} pays less than list prices. Nothing was set: add it to costopt.toml.")
    click.echo("[prices.discounts]")
    for found in refreshed.discounts:
        click.echo("\n".join(_lines(found, settings.prices.discounts.get(found.service))))


def _lines(found: "ContractDiscount", now_set: float | None) -> list[str]:
    """A setting, or a comment where no single fraction is right or there is nothing to set."""
    told = [f"{len(found.skus):,} SKUs"]
    if found.incomparable:
        told.append(f"{found.incomparable:,} more have steps or no stated price")
    if now_set is not None:
        told.append(f"set to {now_set:g} now")
    if not found.is_uniform:
        return _uneven(found, "; ".join(told))
    if _can_be_set(found):
        return [f"{found.service} = {found.usual.normalize():f}  # {'; '.join(told)}"]
    return [f"# {found.service}: {_against_list(found.usual)} ({'; '.join(told)})"]


def _can_be_set(found: "ContractDiscount") -> bool:
    from costopt.config.settings import DISCOUNTED_SERVICES

    return found.service in DISCOUNTED_SERVICES and 0 < found.usual < 1


def _against_list(fraction: Decimal) -> str:
    if not fraction:
        return "list prices"
    return f"{_percent(abs(fraction))} {'less' if fraction > 0 else 'more'} than list prices"


def _uneven(found: "ContractDiscount", told: str) -> list[str]:
    others = found.others
    lowest, highest = _percent(found.skus[-1].fraction), _percent(found.skus[0].fraction)
    lines = [
        f"# {found.service}: {lowest} to {highest} off by SKU, so that no single fraction is right; "
        f"{len(found.skus) - len(others):,} have {_percent(found.usual)} ({told})",
        *(f"#   {_percent(sku.fraction)}  {_plain(sku.description)} ({_named(sku)})" for sku in others[:_SHOWN]),
    ]
    return [*lines, f"#   and {len(others) - _SHOWN:,} more"] if len(others) > _SHOWN else lines


def _percent(fraction: Decimal) -> str:
    return f"{(fraction * 100).normalize():f} %"


def _named(sku: "SkuDiscount") -> str:
    return _plain(sku.sku_id) if sku.has_own_price else f"{_plain(sku.sku_id)}, not in the contract"


def _plain(text: str) -> str:
    """Text of others for a terminal and for a comment of TOML: without control characters, and not endless."""
    from costopt.collectors.faults import printable

    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."

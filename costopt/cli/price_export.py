"""`costopt prices refresh --cloud gcp --table`: what is asked of Google's pricing export, and what is said of it."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.bills_gcp import spelled_size

if TYPE_CHECKING:
    from costopt.config.settings import Settings
    from costopt.pipeline.price_export import PriceExportRefresh, PriceExportRequest
    from costopt.prices.refresh.google.contract import ContractDiscount, SkuDiscount

_SHOWN = 5
"""Discounts other than the usual that are told, of a service."""
_LONGEST = 80
_OPTIONS = (
    click.option(
        "--table",
        metavar="PROJECT.DATASET.TABLE",
        help="Of Google: read the pricing export in BigQuery instead, and tell what your contract takes off.",
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
    if lone and given["table"] is None:
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
    """A setting; as a comment where it is wrong for some, or where there is nothing to set."""
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
    """The usual fraction as a comment, since it is wrong for some, and the other fractions by how many have them."""
    others = found.others
    usual = f"{len(found.skus) - len(others):,} of {told}; others {_range(others)} off"
    groups = sorted(_by_fraction(others), key=lambda group: (-len(group), group[0].fraction))
    if _can_be_set(found):
        head = f"# {found.service} = {found.usual.normalize():f}  # right for {usual}. Set it if you use those."
    else:
        head = f"# {found.service}: {_against_list(found.usual)} for {usual}"
    lines = [head, *(f"#   {_described(group)}" for group in groups[:_SHOWN])]
    return [*lines, f"#   and {len(groups) - _SHOWN:,} other fractions"] if len(groups) > _SHOWN else lines


def _range(skus: Sequence["SkuDiscount"]) -> str:
    """From the smallest to the largest, which come last and first."""
    lowest, highest = _percent(skus[-1].fraction), _percent(skus[0].fraction)
    return lowest if lowest == highest else f"{lowest} to {highest}"


def _by_fraction(skus: Iterable["SkuDiscount"]) -> Iterator[list["SkuDiscount"]]:
    """SKUs that have the same, which stand together."""
    return (list(group) for _, group in groupby(skus, key=lambda sku: sku.fraction))


def _described(group: Sequence["SkuDiscount"]) -> str:
    absent = sum(not sku.has_own_price for sku in group)
    note = f"; {absent:,} not in the contract" if absent else ""
    return (
        f"{_percent(group[0].fraction)}: {len(group):,} SKUs, such as {_plain(group[0].description)} "
        f"({_plain(group[0].sku_id)}){note}"
    )


def _percent(fraction: Decimal) -> str:
    return f"{(fraction * 100).normalize():f} %"


def _plain(text: str) -> str:
    """Text of others for a terminal and for a comment of TOML: without control characters, and not endless."""
    from costopt.collectors.faults import printable

    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."

"""`costopt prices`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.exit import FAILED, INCOMPLETE
from costopt.cli.options import config_option
from costopt.cli.price_export import request_of, require_table, say_contract, say_estimate, table_options

if TYPE_CHECKING:
    from costopt.config.settings import Settings


@click.group("prices")
def command() -> None:
    """Refresh, search and compare prices."""


CLOUD = click.option(
    "--cloud", type=click.Choice(["aws", "gcp"]), default="aws", show_default=True, help="Whose prices."
)


@command.command("find")
@CLOUD
@click.option("--region", required=True, help="Such as eu-west-1, or europe-west4 of Google Cloud.")
@click.option("--vcpu", type=click.IntRange(min=1), default=1, help="At least so many vCPU.")
@click.option("--memory-gib", type=click.FloatRange(min=0), default=0.0, help="At least so much memory.")
@click.option("--gpus", type=click.IntRange(min=0), default=0, help="At least so many accelerators.")
@click.option("--architecture", type=click.Choice(["x86_64", "arm64"]), help="Only this architecture.")
@click.option("--burstable/--no-burstable", default=True, help="Whether types with CPU credits or a shared core do.")
@click.option("--os", "operating_system", default="linux", show_default=True, help="Operating system, of AWS.")
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, help="How many to print.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@config_option
def find(
    cloud: str, region: str, operating_system: str, top: int, form: str, config_file: Path | None, **demanded: Any
) -> int:
    """Find instance types by what they must have, cheapest first; of Google Cloud custom ones too."""
    from costopt.config.layers import load
    from costopt.pipeline.prices import find_google_prices, find_prices
    from costopt.prices.find import Demand

    settings, demand = load(file=config_file).settings.prices, Demand(**demanded)
    found: Any
    if cloud == "gcp":
        if operating_system != "linux":
            raise click.UsageError("--os is of AWS: what licences cost on Google Cloud is not known")
        found = find_google_prices(settings, demand, region=region)
    else:
        found = find_prices(settings, demand, region=region, operating_system=operating_system)
    shown = found.offers[:top]
    as_table = _as_google_table if cloud == "gcp" else _as_table
    click.echo(_as_json(shown, found.unpriced) if form == "json" else as_table(shown))
    more = f", {len(found.offers) - len(shown)} more" if len(found.offers) > len(shown) else ""
    click.echo(f"{len(shown)} shown{more}; {len(found.unpriced)} would do but have no known price", err=True)
    return 0


def _as_google_table(offers: Any) -> str:
    """Months are of 730 hours: after sustained use discounts, spot, and under resource-based commitments."""
    months = ("$/month", "spot", "CUD 1y", "CUD 3y")
    head = f"{'type':<26} {'vCPU':>5} {'GiB':>8} {'$/hour':>10} {' '.join(f'{name:>10}' for name in months)}"
    lines = [f"{head}  quality   as of"]
    for offer in offers:
        machine, costs = offer.machine, offer.costs
        bought = " ".join(_month_cell(price) for price in (costs.spot, costs.cud_1y, costs.cud_3y))
        lines.append(
            f"{machine.name:<26} {machine.vcpu:>5} {machine.memory_gib:>8f} {costs.on_demand.amount:>10.6f} "
            f"{costs.month:>10.2f} {bought}  {costs.on_demand.quality.value:<8}  {costs.on_demand.as_of}"
        )
    return "\n".join([*lines, "~ is an estimate; $/month is after sustained use discounts."])


def _month_cell(price: Any) -> str:
    from costopt.economics.gce.costs import month_of

    if price is None:
        return f"{'-':>10}"
    return f"{'~' if price.quality == 'estimate' else ''}{month_of(price):.2f}".rjust(10)


def _as_table(offers: Any) -> str:
    lines = [f"{'type':<18} {'vCPU':>5} {'GiB':>8} {'$/hour':>10} {'$/month':>10}  quality   as of"]
    lines += [
        f"{offer.shape.instance_type:<18} {offer.shape.vcpu:>5} {offer.shape.memory_gib:>8g} "
        f"{offer.price.amount.normalize():>10f} {offer.monthly.amount:>10.2f}  "
        f"{offer.price.quality.value:<8}  {offer.price.as_of}"
        for offer in offers
    ]
    return "\n".join(lines)


def _as_json(offers: Any, unpriced: tuple[str, ...]) -> str:
    import msgspec

    document = {"offers": offers, "unpriced": unpriced}
    return msgspec.json.format(msgspec.json.encode(document, order="deterministic"), indent=2).decode()


@command.command("refresh")
@CLOUD
@click.option("--region", "regions", multiple=True, help="Region to refresh; repeat for more. Of Google all otherwise.")
@click.option("--service", "services", multiple=True, help="Only this service of AWS; all otherwise.")
@click.option("--base-url", help="Host of the prices; the provider's own otherwise.")
@click.option("--advisor-url", help="Address of the spot advisor's file.")
@table_options
@click.option("--strict", is_flag=True, help="Exit 4 where something could not be read.")
@config_option
def refresh(cloud: str, strict: bool, config_file: Path | None, **given: Any) -> int:  # noqa: FBT001 - click's signature
    """Read the provider's public prices into your cache. The old stay where the new look wrong.

    With --table they are those of Google's pricing export, and what your contract takes off them is printed as lines
    of settings, which nothing applies by itself.
    """
    from costopt.config.layers import load
    from costopt.pipeline.prices import refresh_google_prices, refresh_prices
    from costopt.prices.refresh.sources import SERVICES

    require_table(given)
    if given["table"] is not None:
        if cloud != "gcp":
            raise click.UsageError("--table is of Google: add --cloud gcp")
        return _refresh_from_table(load(file=config_file).settings, given, strict=strict)
    settings = load(file=config_file).settings.prices
    if cloud == "gcp":
        _refuse_options_of_aws(given)
        return _told(
            refresh_google_prices(settings, regions=given["regions"], endpoint=given["base_url"], progress=_progress),
            strict=strict,
        )
    if not given["regions"]:
        raise click.UsageError("name at least one --region of AWS")
    report = refresh_prices(
        settings,
        regions=given["regions"],
        services=given["services"] or SERVICES,
        base_url=given["base_url"],
        advisor_url=given["advisor_url"],
        progress=_progress,
    )
    return _told(report, strict=strict)


def _refresh_from_table(settings: "Settings", given: dict[str, Any], *, strict: bool) -> int:
    from costopt.pipeline.price_export import refresh_from_export

    _refuse_options_of_aws(given)
    request = request_of(settings, given)
    if given["dry_run"]:
        return say_estimate(request)
    refreshed = refresh_from_export(settings.prices, request, regions=given["regions"], progress=_progress)
    code = _told(refreshed.report, strict=strict)
    say_contract(refreshed, settings)
    return code


def _refuse_options_of_aws(given: dict[str, Any]) -> None:
    if given["services"] or given["advisor_url"]:
        raise click.UsageError("--service and --advisor-url are of AWS")


@command.command("import")
@click.argument("source", type=click.Choice(["gcosts"]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--region", "regions", multiple=True, help="Region to import; repeat for more. All otherwise.")
@config_option
def import_(source: str, file: Path, regions: tuple[str, ...], config_file: Path | None) -> int:
    """Read prices from a file of others into your cache: gcosts' pricing.yml of Google Cloud, .gz or not."""
    from costopt.config.layers import load
    from costopt.pipeline.prices import refresh_google_prices

    del source  # there is one
    settings = load(file=config_file).settings.prices
    return _told(refresh_google_prices(settings, regions=regions, file=file, progress=_progress), strict=False)


def _progress(line: str) -> None:
    click.echo(line, err=True)


def _told(report: Any, *, strict: bool) -> int:
    """Say what a refresh did, and the exit code for that."""
    for rejected in report.quarantined[:20]:
        click.echo(f"  not used: {rejected.what}: {rejected.reason}", err=True)
    if report.refusal:
        click.echo(f"refused: {report.refusal}; the old prices stay in use", err=True)
        return FAILED
    for hint in dict.fromkeys(gap.hint for gap in report.gaps if gap.hint):
        click.echo(f"  next: {hint}", err=True)
    gaps, unused = len(report.gaps), len(report.quarantined)
    if not report.published:
        click.echo(f"nothing new was read, {gaps} gaps; the old prices stay in use", err=True)
        return FAILED if gaps else 0
    click.echo(f"{report.rows:,} prices in {report.catalog}, {unused} not used, {gaps} gaps")
    return INCOMPLETE if strict and report.gaps else 0


@command.command("diff")
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many changes to print.")
@config_option
def diff(top: int, config_file: Path | None) -> int:
    """Compare the refreshed prices with those before."""
    from costopt.config.layers import load
    from costopt.pipeline.prices import compare_prices

    found = compare_prices(load(file=config_file).settings.prices, limit=top)
    for change in found.changes:
        click.echo(f"{change.relative_change:+8.1%}  {' '.join(change.key)}: {change.old_usd:f} -> {change.new_usd:f}")
    click.echo(
        f"{found.changed} changed, {found.added} added, {found.removed} removed, {found.unchanged} the same", err=True
    )
    return 0

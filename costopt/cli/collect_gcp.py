"""`costopt collect gcp`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.coverage import say_coverage, say_gaps
from costopt.cli.exit import INCOMPLETE
from costopt.cli.options import config_option

if TYPE_CHECKING:
    from costopt.collectors.gcp.estimate import Estimate


@click.command("gcp")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("snapshot"),
    show_default=True,
    help="Directory of the snapshot.",
)
@click.option("--project", "projects", multiple=True, metavar="ID", help="Project to read; repeat for more.")
@click.option("--folder", "folders", multiple=True, metavar="NUMBER", help="All projects below this folder.")
@click.option(
    "--organization", "organizations", multiple=True, metavar="NUMBER", help="All projects of this organisation."
)
@click.option("--quota-project", metavar="ID", help="Project whose quotas the calls count against.")
@click.option("--days", type=click.IntRange(1, 455), help="Look-back of the metrics; each metric's own otherwise.")
@click.option("--only", multiple=True, metavar="SERVICE", help="Only this service; may repeat.")
@click.option("--skip", multiple=True, metavar="SERVICE", help="Not this service; may repeat.")
@click.option(
    "--metrics/--no-metrics", default=True, help="Cloud Monitoring charges $0.50 per million series beyond the first."
)
@click.option("--advice", is_flag=True, help="Google's own recommendations too, of which 100 reads a day are free.")
@click.option(
    "--max-api-cost", "max_api_cost_usd", type=click.FloatRange(min=0), metavar="USD", help="Stop before that."
)
@click.option("--deadline", "deadline_seconds", type=click.FloatRange(min=0), metavar="SECONDS", help="End after that.")
@click.option("--resume", is_flag=True, help="Continue an interrupted collection; only gaps are read again.")
@click.option("--dry-run", is_flag=True, help="Print calls and dollars, and read nothing that costs.")
@click.option("--strict", is_flag=True, help="Exit 4 where something could not be read.")
@click.option(
    "--endpoint", metavar="URL", help="Another gRPC endpoint for every API, such as an emulator; gets no credentials."
)
@click.option("--compute-endpoint", metavar="URL", help="Another REST endpoint of Compute Engine, likewise.")
@config_option
def gcp(out: Path, resume: bool, dry_run: bool, strict: bool, config_file: Path | None, **given: Any) -> int:  # noqa: FBT001 - click's signature
    """Read Google Cloud projects, read-only, into a snapshot that `costopt audit` judges offline.

    Every project ends as ok, empty, gap or skipped; one that is denied never loses the rest.
    """
    from costopt.config.layers import load
    from costopt.pipeline.collect_gcp import GcpRequest, collect_gcp, estimate_gcp

    settings = load(file=config_file).settings
    own = {name: given.pop(name) for name in _SETTINGS}
    settings = replace(settings, gcp=replace(settings.gcp, **_chosen(own)))
    request = GcpRequest(**given, announce=_announce)
    if dry_run:
        found = estimate_gcp(out, settings, request)
        _say_estimate(found)
        return INCOMPLETE if strict and found.gaps else 0
    manifest = collect_gcp(out, settings, request, resume=resume)
    gaps = say_coverage(manifest)
    cost = f"{manifest.collection_cost.amount:f}"
    click.echo(f"API calls cost at most ${cost} · next: costopt audit --snapshot {out}", err=True)
    return INCOMPLETE if strict and gaps else 0


_PLACES = ("projects", "folders", "organizations")
_SETTINGS = (*_PLACES, "quota_project", "max_api_cost_usd")


def _chosen(own: dict[str, Any]) -> dict[str, Any]:
    """Settings that were given; who names any place means no other one that the settings name."""
    places = {name: own[name] for name in _PLACES} if any(own[name] for name in _PLACES) else {}
    # A limit of 0 dollars is a limit: only what was not given at all leaves the setting as it is.
    return places | {name: own[name] for name in own if name not in _PLACES and own[name] is not None}


def _announce(projects: int, minutes: float) -> None:
    """Say what takes long, before it does."""
    if minutes >= 1:
        click.echo(f"listing the assets of {projects:,} projects: {minutes:.0f} minutes at Google's quota", err=True)


def _say_estimate(found: "Estimate") -> None:
    click.echo(f"projects {found.projects}, scopes {found.scopes}")
    minutes = f", {found.quota_minutes:.0f} minutes at Google's quota" if found.quota_minutes >= 1 else ""
    click.echo(f"inventory: at least {found.inventory_calls} calls, free{minutes}")
    if found.cost_usd is None:
        click.echo(f"metrics: ${found.usd_per_million_series:.2f} per million series")
    else:
        # Google's free million makes the dollars an upper bound, what was not listed a lower one.
        least, most = ("at least ", "at least") if found.gaps else ("", "at most")
        click.echo(f"metrics: {least}{found.series} series in {found.metric_calls} queries, {most} ${found.cost_usd:f}")
    say_gaps(found.gaps)
    click.echo("nothing was read that costs; leave --dry-run away to collect", err=True)

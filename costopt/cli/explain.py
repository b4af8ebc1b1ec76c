"""`costopt explain`."""

from datetime import datetime
from pathlib import Path

import rich_click as click

from costopt.cli.options import Moment, config_option, snapshot_option, store_option


@click.command("explain")
@click.argument("finding_id", metavar="ID")
@snapshot_option
@store_option
@click.option("--no-bill", is_flag=True, help="Use list prices, whatever bills there are.")
@click.option("--now", type=Moment(), help="Time that ages are measured against, as in the audit.")
@click.option("--redact", "redacted", is_flag=True, help="Mask ids, names, owners and accounts.")
@config_option
def command(
    finding_id: str,
    snapshot_path: Path,
    store: Path | None,
    no_bill: bool,  # noqa: FBT001 - click's signature
    now: datetime | None,
    redacted: bool,  # noqa: FBT001
    config_file: Path | None,
) -> int:
    """Print the arithmetic behind one finding: evidence, prices and their sources, what was paid, what counts."""
    from costopt.config.layers import load
    from costopt.pipeline.audit import audit
    from costopt.pipeline.paid.store import chosen_store
    from costopt.renderers.explain import explain
    from costopt.renderers.redact import redact

    settings = load(file=config_file).settings
    report = audit(snapshot_path, settings, now=now, store=chosen_store(settings, store, no_bill=no_bill))
    click.echo(explain(redact(report) if redacted else report, finding_id), nl=False)
    return 0

"""`costopt explain`."""

from datetime import datetime
from pathlib import Path

import rich_click as click

from costopt.cli.options import Moment, config_option, snapshot_option


@click.command("explain")
@click.argument("finding_id", metavar="ID")
@snapshot_option
@click.option("--now", type=Moment(), help="Time that ages are measured against, as in the audit.")
@click.option("--redact", "redacted", is_flag=True, help="Mask ids, names, owners and accounts.")
@config_option
def command(
    finding_id: str,
    snapshot_path: Path,
    now: datetime | None,
    redacted: bool,  # noqa: FBT001 - click's signature
    config_file: Path | None,
) -> int:
    """Print the arithmetic behind one finding: evidence, prices with their source, and what is counted."""
    from costopt.config.layers import load
    from costopt.pipeline.audit import audit
    from costopt.renderers.explain import explain
    from costopt.renderers.redact import redact

    report = audit(snapshot_path, load(file=config_file).settings, now=now)
    click.echo(explain(redact(report) if redacted else report, finding_id), nl=False)
    return 0

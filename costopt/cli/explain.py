"""`costopt explain`."""

from pathlib import Path

import rich_click as click

from costopt.cli.options import config_option


@click.command("explain")
@click.argument("finding_id", metavar="ID")
@click.option("--snapshot", "snapshot_path", type=click.Path(path_type=Path), required=True, help="Its snapshot.")
@config_option
def command(finding_id: str, snapshot_path: Path, config_file: Path | None) -> int:
    """Print the arithmetic behind one finding: evidence, prices with their source, and what is counted."""
    from costopt.config.layers import load
    from costopt.pipeline.audit import audit
    from costopt.renderers.explain import explain

    click.echo(explain(audit(snapshot_path, load(file=config_file).settings), finding_id))
    return 0

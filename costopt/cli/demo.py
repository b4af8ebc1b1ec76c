"""`costopt demo`."""

import webbrowser
from pathlib import Path

import rich_click as click


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("costopt-demo"),
    show_default=True,
    help="Where to write the snapshot and the report.",
)
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
def command(out: Path, show: bool) -> int:  # noqa: FBT001 - click's signature
    """Audit a made company: no account, no credentials, no network.

    Writes its snapshot and report.html, and prints the summary.
    """
    from costopt.cli.output import deliver
    from costopt.cli.screen import screen
    from costopt.config.settings import Settings
    from costopt.pipeline.audit import audit
    from costopt.pipeline.demo import write_made_company
    from costopt.pipeline.present import render

    snapshot = out / "snapshot"
    page = out / "report.html"
    write_made_company(snapshot)
    report = audit(snapshot, Settings())
    deliver([(str(page), render(report, "html")), ("-", render(report, "table", snapshot=snapshot, **screen()))])
    click.echo(f"The company is made. Report: {page} (works offline) · your own account: costopt init", err=True)
    if show:
        webbrowser.open(page.resolve().as_uri())
    return 0

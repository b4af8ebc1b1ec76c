"""`costopt demo`."""

import shlex
import webbrowser
from pathlib import Path

import rich_click as click


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("costopt-demo"),
    show_default=True,
    help="Where to write the snapshot, the bill and the report.",
)
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
def command(out: Path, show: bool) -> int:  # noqa: FBT001 - click's signature
    """Audit a made company: no account, no credentials, no network.

    Writes its snapshot, its bill and report.html, and prints the summary.
    """
    from costopt.cli.output import deliver
    from costopt.cli.screen import screen
    from costopt.config.settings import Settings
    from costopt.pipeline.audit import audit
    from costopt.pipeline.demo import take_bill_in, write_made_bill, write_made_company
    from costopt.pipeline.present import render
    from costopt.renderers.clean import clean

    settings = Settings()
    snapshot, store, page = out / "snapshot", out / "bills", out / "report.html"
    write_made_company(snapshot)
    take_bill_in(write_made_bill(snapshot, out / "bill", settings.prices), store)
    report = audit(snapshot, settings, store=store)
    summary = render(report, "table", snapshot=snapshot, store=store, **screen())
    deliver([(str(page), render(report, "html")), ("-", summary)])
    click.echo(f"The company is made. Report: {page} (works offline) · your own account: costopt init", err=True)
    named = clean(shlex.quote(str(store)))
    click.echo(
        f"its bill: costopt costs --store {named} --by ServiceName · costopt reconcile --store {named}", err=True
    )
    collected = clean(shlex.quote(str(snapshot)))
    click.echo(f"its plan: costopt plan --snapshot {collected} --store {named} -f html -o plan.html", err=True)
    if show:
        webbrowser.open(page.resolve().as_uri())
    return 0

"""`costopt doctor`."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from costopt.cli.exit import FAILED
from costopt.cli.options import config_option

_MARKS = {"ok": "✓", "warning": "!", "problem": "✗"}


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask neither AWS nor Google who you are.")
@click.option("--profile", help="AWS profile to try.")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint of AWS, such as an emulator.")
@click.option("--gcp-endpoint", metavar="URL", help="Another gRPC endpoint of Google Cloud, likewise.")
@config_option
def command(
    offline: bool,  # noqa: FBT001 - click's signature
    profile: str | None,
    endpoint_url: str | None,
    gcp_endpoint: str | None,
    config_file: Path | None,
) -> int:
    """Check settings, prices and credentials; exits 1 where something must be fixed."""
    from costopt.pipeline.doctor import diagnose

    today = datetime.now(UTC).date()
    worst = 0
    for one in diagnose(
        config_file,
        today,
        profile=profile,
        endpoint_url=endpoint_url,
        gcp_endpoint=gcp_endpoint,
        online=not offline,
    ):
        click.echo(f"{_MARKS[one.health.value]} {one.subject}: {one.detail}")
        if one.next_step:
            click.echo(f"    next: {one.next_step}")
        worst = max(worst, FAILED if one.health.value == "problem" else 0)
    return worst

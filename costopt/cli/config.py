"""`costopt config`."""

from pathlib import Path

import rich_click as click

from costopt.cli.options import config_option


@click.group("config")
def command() -> None:
    """Show the settings and where each came from."""


@command.command("show")
@click.option("--origin", is_flag=True, help="Also print where each value was read.")
@config_option
def show(origin: bool, config_file: Path | None) -> int:  # noqa: FBT001 - click's signature
    """Print every setting. Order: flag, COSTOPT_ variable, nearest costopt.toml, user's file, default."""
    from costopt.config.layers import load, rows

    for key, value, source in rows(load(file=config_file)):
        click.echo(f"{key} = {value}" + (f"    # {source}" if origin else ""))
    return 0

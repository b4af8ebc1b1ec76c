"""`costopt init`."""

from pathlib import Path

import rich_click as click


@click.command("init")
@click.option("--file", "path", type=click.Path(path_type=Path, dir_okay=False), default=Path("costopt.toml"))
def command(path: Path) -> int:
    """Write a commented costopt.toml; nothing is overwritten."""
    from costopt.config.edit import write_starter

    write_starter(path)
    click.echo(f"wrote {path} · next: costopt permissions aws, then costopt collect aws --dry-run", err=True)
    return 0

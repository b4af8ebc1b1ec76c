"""`costopt checks`."""

import inspect
from dataclasses import fields
from typing import Any

import rich_click as click


@click.command("checks")
@click.argument("check_id", metavar="[ID]", required=False)
def command(check_id: str | None) -> int:
    """List the checks, or show one with its parameters, thresholds and where they come from."""
    from costopt.analyzer.registry import all_checks, select

    if check_id:
        click.echo(_page(select((check_id,))[0]))
        return 0
    width = max(len(check.id) for check in all_checks())
    for check in all_checks():
        click.echo(f"{check.id:<{width}}  {check.category.value:<12}  {check.title}")
    click.echo(f"{len(all_checks())} checks; costopt checks ID shows one", err=True)
    return 0


def _page(check: Any) -> str:
    """Everything that a reader needs to trust one check."""
    module = inspect.getmodule(check.run)
    meaning = inspect.cleandoc((module.__doc__ if module else "") or "")
    defaults = check.params()
    parameters = [f"  {field.name} = {getattr(defaults, field.name)!r}" for field in fields(check.params)]
    needs = [f"  {need.metric}{'' if need.required else ' (where there is one)'}" for need in check.needs]
    return "\n".join(
        (
            f"{check.id}: {check.title}",
            f"{check.category.value}, {check.lever}, concerns {check.applies_to.KIND}",
            "",
            meaning,
            "",
            f"Parameters, [checks.{check.id}] in costopt.toml:",
            *(parameters or ["  none"]),
            "Metrics:",
            *(needs or ["  none"]),
            f"Not judged when younger than {check.grace_days} days." if check.grace_days else "Age does not matter.",
            f"Source: {check.source}",
        )
    )

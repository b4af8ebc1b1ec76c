"""`costopt budget status`."""

import rich_click as click

from costopt.cli.budget.look import Look, look_options
from costopt.cli.output import OutputCommand


@click.command("status", cls=OutputCommand)
@look_options
def command(look: Look) -> int:
    """Show where every budget stands. Nobody is told, nothing is remembered, and no gate is met.

    Example: costopt budget status -f markdown -o budgets.md
    """
    look.show(look.check().check, look.loaded.settings.budget.fail_on)
    return 0

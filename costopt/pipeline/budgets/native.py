"""Budgets of the settings as Terraform for those of AWS or Google Cloud."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from costopt.budgets.periods import amount_of, local_day, window_of
from costopt.config.budget_settings import budgets_of
from costopt.config.settings import Settings
from costopt.errors import UsageError
from costopt.model.budget import Budget
from costopt.pipeline.version import tool_version
from costopt.terraform.render.budgets.aws import aws_budgets
from costopt.terraform.render.budgets.google import google_budgets
from costopt.terraform.render.budgets.native import PlannedBudget, Unsaid
from costopt.terraform.render.library import Writing
from costopt.terraform.render.output_folder import Placed, place
from costopt.terraform.render.root import render_root

PERIODS_AHEAD = 12
"""Limits that AWS takes of a budget by month, this one's among them."""

CENT = Decimal("0.01")

Cloud = Literal["aws", "gcp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeBudgets:
    """What was written."""

    placed: Placed
    """The files."""
    written: int
    """Budgets in them."""
    unsaid: tuple[Unsaid, ...]
    """What the provider cannot be told."""


def write_native_budgets(
    settings: Settings, cloud: Cloud, out: Path, *, now: datetime, origin: str, aws_major: int = 6, force: bool = False
) -> NativeBudgets:
    """Write the budgets of the settings as Terraform.

    Args:
        settings: the user's settings.
        cloud: whose budgets.
        out: folder to write to.
        now: aware time; limits begin with the period that it lies in.
        origin: name of the file of settings, for comments.
        aws_major: major version of the AWS provider.
        force: overwrite files that others wrote or changed.

    Raises:
        UsageError: there are no budgets, or a version of the provider that nothing is written for.
        ConfigError: budgets that make no sense.
        TerraformError: text that Terraform cannot hold, or files in the way.
    """
    budgets = budgets_of(settings.budgets)
    if not budgets:
        raise UsageError(f"there are no budgets in {origin}", hint="Write [[budgets]]; docs/budgets.md says how.")
    planned = [PlannedBudget(budget=one, limits=tuple(_limits(one, now))) for one in budgets]
    if cloud == "aws":
        blueprint, unsaid = aws_budgets(planned)
        writing = Writing(
            tool_version=tool_version(), origin=origin, tags={"ManagedBy": "terraform"}, aws_major=aws_major
        )
        files = render_root(blueprint, writing)
    else:
        files, unsaid = google_budgets(planned, tool_version(), origin)
    left_out = {one.budget for one in unsaid if one.is_left_out}
    placed = place(files, out, force=force)
    return NativeBudgets(placed=placed, written=len(budgets) - len(left_out), unsaid=unsaid)


def _limits(budget: Budget, now: datetime) -> Iterator[tuple[date, Decimal]]:
    """First day and amount of this period and of those that follow."""
    window = window_of(budget, local_day(now, ZoneInfo(budget.time_zone)))
    for _ in range(PERIODS_AHEAD):
        yield window.start, amount_of(budget, window).quantize(CENT)
        window = window_of(budget, window.end)

"""Runs that the tests of schedules share."""

import shlex

from costopt.model.schedule import BillSource, DailyRun

HOSTILE = ("100%", "$HOME", "$(touch x)", "$$", "$$(y)", "`id`", "a'b", 'c"d', "e\\f", "g;h", "", "%n", "*", "~", "# i")
"""Options that shells, cron, systemd, YAML and Terraform all read otherwise than they stand."""
BILL = BillSource(kind="cur", uri="s3://exports/cur?a=%2F")


def daily(**given: object) -> DailyRun:
    """A run with a bill, at 6:05."""
    return DailyRun(**{"hour": 6, "minute": 5, "bills": (BILL,), **given})  # type: ignore[arg-type]


def expected(*steps: str) -> list[list[str]]:
    """Arguments of commands, from how one would write them."""
    return [shlex.split(step) for step in steps]

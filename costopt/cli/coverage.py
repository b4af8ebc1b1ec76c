"""How a collection ended, for people."""

import rich_click as click

from costopt.model.coverage import Scope
from costopt.model.snapshot import Manifest

_OPERATIONS_SHOWN = 12
_PLACES_SHOWN = 3


def say_coverage(manifest: Manifest) -> int:
    """Print how the scopes ended, gaps by reason; returns how many gaps there are."""
    by_status: dict[str, int] = {}
    gaps: dict[tuple[str, str], list[Scope]] = {}
    for result in manifest.coverage:
        by_status[result.status.value] = by_status.get(result.status.value, 0) + 1
        if result.status.value == "gap":
            gaps.setdefault((result.reason or "unknown", result.permission or ""), []).append(result.scope)
    click.echo("scopes: " + ", ".join(f"{count} {status}" for status, count in sorted(by_status.items())), err=True)
    for (reason, permission), scopes in sorted(gaps.items()):
        needs = f" (needs {permission})" if permission else ""
        click.echo(f"  gap: {reason}{needs}: {_places(scopes)}", err=True)
    if gaps:
        click.echo("  reports name what was not read; repeat the command with --resume to read only the gaps", err=True)
    return by_status.get("gap", 0)


def _places(scopes: list[Scope]) -> str:
    """What was not read and where, each named once."""
    names = (sorted({getattr(scope, part) for scope in scopes}) for part in ("operation", "account", "region"))
    shown = (_OPERATIONS_SHOWN, _PLACES_SHOWN, _PLACES_SHOWN)
    operations, accounts, regions = (
        ", ".join(some[:most]) + (f" and {len(some) - most} more" if len(some) > most else "")
        for some, most in zip(names, shown, strict=True)
    )
    return f"{operations} in {regions} of {accounts}"

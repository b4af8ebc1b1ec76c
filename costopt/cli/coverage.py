"""How a collection ended, for people."""

from collections import Counter
from collections.abc import Iterable

import rich_click as click

from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.snapshot import Manifest
from costopt.renderers.clean import clean

_OPERATIONS_SHOWN = 12
_PLACES_SHOWN = 3


def say_coverage(manifest: Manifest) -> int:
    """Print how the scopes ended, gaps by reason; returns how many gaps there are."""
    by_status = Counter(result.status.value for result in manifest.coverage)
    click.echo("scopes: " + ", ".join(f"{count} {status}" for status, count in sorted(by_status.items())), err=True)
    gaps = [result for result in manifest.coverage if result.status is Status.GAP]
    say_gaps(gaps)
    if gaps:
        click.echo("  reports name what was not read; repeat the command with --resume to read only the gaps", err=True)
    return len(gaps)


def say_gaps(gaps: Iterable[ScopeResult]) -> None:
    """Print what was not read, by reason and missing permission; the provider's own words where it is one scope."""
    found: dict[tuple[str, str], list[ScopeResult]] = {}
    for result in gaps:
        found.setdefault((result.reason or "unknown", result.permission or ""), []).append(result)
    for (reason, permission), results in sorted(found.items()):
        needs = f" (needs {permission})" if permission else ""
        words = f": {clean(results[0].detail or '')}" if len(results) == 1 and results[0].detail else ""
        click.echo(f"  gap: {reason}{needs}: {_places([result.scope for result in results])}{words}", err=True)


def _places(scopes: list[Scope]) -> str:
    """What was not read and where, each named once."""
    names = (sorted({getattr(scope, part) for scope in scopes}) for part in ("operation", "account", "region"))
    shown = (_OPERATIONS_SHOWN, _PLACES_SHOWN, _PLACES_SHOWN)
    operations, accounts, regions = (
        ", ".join(some[:most]) + (f" and {len(some) - most} more" if len(some) > most else "")
        for some, most in zip(names, shown, strict=True)
    )
    return f"{operations} in {regions} of {accounts}"
